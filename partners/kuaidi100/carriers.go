package kuaidi100

// carrier is one row of the table that maps our carrier codes to Kuaidi100's.
type carrier struct{ code, theirs, name string }

var carriers = []carrier{
	{"sf", "shunfeng", "顺丰速运"},
	{"yto", "yuantong", "圆通速递"},
	{"zto", "zhongtong", "中通快递"},
	{"sto", "shentong", "申通快递"},
	{"yunda", "yunda", "韵达快递"},
	{"jt", "jtexpress", "极兔速递"},
	{"jd", "jd", "京东物流"},
	{"ems", "ems", "EMS"},
}

// theirCode returns Kuaidi100's code of our carrier, "" when we do not know it.
func theirCode(code string) string {
	for _, c := range carriers {
		if c.code == code {
			return c.theirs
		}
	}
	return ""
}

// ourCode returns our code of Kuaidi100's carrier; one that is not in the table keeps their code.
func ourCode(theirs string) string {
	for _, c := range carriers {
		if c.theirs == theirs {
			return c.code
		}
	}
	return theirs
}

// Carriers lists our carrier codes with the carriers' names in Chinese.
func (c *Client) Carriers() map[string]string {
	names := map[string]string{}
	for _, row := range carriers {
		names[row.code] = row.name
	}
	return names
}
