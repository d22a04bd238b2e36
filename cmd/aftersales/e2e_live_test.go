package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aftersales/identity"
	"aftersales/live"
	"aftersales/live/livetest"
	"aftersales/models"
)

// A case's two sides, and whoever may see it, hear of each other's steps over the real edge; who may not, hears nothing;
// whose right is gone is off within a second, on either database.
func TestLiveDeliveryOfACase(t *testing.T) {
	for name, with := range map[string]setup{"sqlite": {}, "postgres": {postgres: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStack(t, with)
			shop := s.listen(clerk, "shop:"+s.me(clerk).MerchantID)
			desk := s.listen(super, "team:"+s.me(super).TeamID)
			id := s.open(s.order(199_00, nil), 0, 1, nil)
			for _, client := range []*livetest.Client{shop, desk} {
				heard := s.hears(client, func(n live.News) bool { return n.ID == id })
				require.Equal(t, "case.changed", heard.Type)
				require.True(t, heard.Tasks)
			}

			customer := s.listen(kim, "case:"+id, "person:"+s.me(kim).ID)
			before := s.caseOf(kim, id)
			begin := time.Now()
			s.do(clerk, id, "merchant-answer", map[string]any{"decision": "agree"})
			answered := time.Now()
			heard := s.hears(customer, func(n live.News) bool { return n.Revision > before.Revision })
			require.GreaterOrEqual(t, s.caseOf(kim, id).Revision, heard.Revision, "what was told can be read")
			t.Logf("the command took %v, the other side heard of it %v after its answer", answered.Sub(begin), time.Since(answered))
			news := s.hears(customer, func(n live.News) bool { return n.Type == "notification.new" })
			require.Equal(t, "case/"+id, news.Subject)

			s.mayNotHear(t, id)
			s.losesTheCase(t, id)
			s.losesTheSession(t, id)
		})
	}
}

// mayNotHear: other customers, other shops, and who comes with another's session.
func (s *stack) mayNotHear(t *testing.T, id string) {
	for login, channels := range map[string][]string{
		"kim02":  {"case:" + id, "person:" + s.me(kim).ID, "shop:" + s.me(clerk).MerchantID, "desk"},
		"shop02": {"case:" + id, "shop:" + s.me(clerk).MerchantID, "team:" + s.me(super).TeamID},
		kim:      {"shop:" + s.me(clerk).MerchantID, "team:" + s.me(super).TeamID, "desk", "case:nothing"},
	} {
		client := s.listen(login)
		for _, channel := range channels {
			_, err := client.Subscribe(t.Context(), channel, nil)
			var refusal *livetest.Refusal
			require.ErrorAs(t, err, &refusal, "%s in %s", login, channel)
			require.Equal(t, 103, refusal.Code)
		}
	}
	_, err := s.dial(s.ticket(kim), http.Header{"Authorization": {"Bearer " + s.person(clerk).Token()}})
	var closed livetest.Closed
	require.ErrorAs(t, err, &closed, "a ticket is its session's")
	require.Equal(t, 3500, closed.Code)
	_, err = s.dial(s.ticket(kim), http.Header{"Origin": {"https://evil.example"}})
	require.ErrorIs(t, err, livetest.Refused{Status: http.StatusForbidden})
	used := s.ticket(kim)
	first, err := s.dial(used, nil)
	require.NoError(t, err)
	first.Cut()
	_, err = s.dial(used, nil)
	var refusal *livetest.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, 109, refusal.Code)
}

// losesTheCase: an agent of another team who was given it, until it is given to somebody else.
func (s *stack) losesTheCase(t *testing.T, id string) {
	loose := s.me(agent)
	team := loose.TeamID
	_, err := s.store.ChangeStaff(t.Context(), loose.ID, withTeam(nil))
	require.NoError(t, err)
	s.given(t, id, loose.ID)
	client := s.listen(agent, "case:"+id)
	begin := time.Now()
	s.given(t, id, "")
	select {
	case channel := <-client.Gone:
		require.Equal(t, "case:"+id, channel)
	case <-time.After(patience):
		require.FailNow(t, "the case was not taken away")
	}
	t.Logf("the case was taken away after %v", time.Since(begin)) // a second is promised on a machine with time to spare
	_, err = s.store.ChangeStaff(t.Context(), loose.ID, withTeam(&team))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err = client.Subscribe(t.Context(), "case:"+id, nil)
		return err == nil
	}, patience, 5*time.Millisecond, "in the team again")
}

func withTeam(team *string) func(*models.Store, *models.Staff) error {
	return func(_ *models.Store, staff *models.Staff) error {
		staff.TeamID = team
		return nil
	}
}

// given says, as another process does, who has a case.
func (s *stack) given(t *testing.T, id, agentID string) {
	done, err := s.store.AssignCase(t.Context(), id, agentID, "op", nil, time.Now())
	require.NoError(t, err)
	require.True(t, done)
}

// losesTheSession: ended in another process, and ended here.
func (s *stack) losesTheSession(t *testing.T, id string) {
	ends := func(client *livetest.Client, how func()) {
		t.Helper()
		begin := time.Now()
		how()
		select {
		case <-client.Done():
		case <-time.After(patience):
			require.FailNow(t, "the connection stays open")
		}
		t.Logf("the connection was closed after %v", time.Since(begin)) // a second is promised on a machine with time to spare
		require.Equal(t, livetest.Closed{Code: 4501, Reason: "session over"}, client.Err())
	}
	customer := s.listen(kim, "case:"+id)
	account, err := s.store.AccountOf(t.Context(), identity.KindCustomer, s.me(kim).ID)
	require.NoError(t, err)
	ends(customer, func() {
		_, err := s.store.RevokeSessions(t.Context(), account.ID, "", time.Now())
		require.NoError(t, err)
	})
	merchant := s.listen(clerk, "case:"+id)
	ends(merchant, func() { require.Less(t, s.send(clerk, http.MethodDelete, "/v1/session", "", nil).status, 300) })
	s.signIn.Lock()
	delete(s.people, kim) // they are signed out
	delete(s.people, clerk)
	s.signIn.Unlock()
}

// An API that ends sends its clients elsewhere; at the new one they cannot resume, and are told so.
func TestClientsComeAgainAfterTheAPIEnded(t *testing.T) {
	s := newStack(t, setup{})
	id := s.open(s.order(199_00, nil), 0, 1, nil)
	client := s.listen(kim)
	at, err := client.Subscribe(t.Context(), "case:"+id, nil)
	require.NoError(t, err)
	s.restartAPI()
	<-client.Done()
	s.do(clerk, id, "merchant-answer", map[string]any{"decision": "agree"})
	again, err := s.listen(kim).Subscribe(t.Context(), "case:"+id, &at.Position)
	require.NoError(t, err)
	require.False(t, again.Recovered)
}

// meBody is who somebody is.
type meBody struct {
	ID         string `json:"id"`
	MerchantID string `json:"merchant_id"`
	TeamID     string `json:"team_id"`
}

func (s *stack) me(login string) (me meBody) {
	s.t.Helper()
	require.NoError(s.t, json.Unmarshal(s.send(login, http.MethodGet, "/v1/me", "", nil).body, &me))
	return me
}

func (s *stack) ticket(login string) string {
	s.t.Helper()
	var ticket struct{ Token string }
	got := s.send(login, http.MethodPost, "/v1/live/ticket", "", nil)
	require.Equal(s.t, http.StatusCreated, got.status, "%s", got.body)
	require.NoError(s.t, json.NewDecoder(bytes.NewReader(got.body)).Decode(&ticket))
	return ticket.Token
}

func (s *stack) dial(ticket string, header http.Header) (*livetest.Client, error) {
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	client, err := livetest.Dial(ctx, s.cfg.API.URL()+"/v1/live", ticket, header, nil)
	if err == nil {
		s.t.Cleanup(client.Cut)
	}
	return client, err
}

// listen connects somebody and comes into channels.
func (s *stack) listen(login string, channels ...string) *livetest.Client {
	s.t.Helper()
	client, err := s.dial(s.ticket(login), nil)
	require.NoError(s.t, err)
	for _, channel := range channels {
		_, err := client.Subscribe(s.t.Context(), channel, nil)
		require.NoError(s.t, err, "%s in %s", login, channel)
	}
	return client
}

// hears waits for news.
func (s *stack) hears(client *livetest.Client, of func(live.News) bool) (news live.News) {
	s.t.Helper()
	limit := time.After(patience)
	for {
		select {
		case pub := <-client.News:
			news = live.News{}
			require.NoError(s.t, json.Unmarshal(pub.Data, &news))
			if of(news) {
				return news
			}
		case <-client.Done():
			require.FailNow(s.t, "the connection ended", "%v", client.Err())
		case <-limit:
			require.FailNow(s.t, "nothing was told")
		}
	}
}
