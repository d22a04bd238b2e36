import { useState } from 'react'
import type { Schemas } from '@/shared/api'
import { formatMoney } from '@/shared/money'
import { formatAgo, formatMoment, useNow } from '@/shared/time'
import { Button, Icon, Notice, toast } from '../../ui'
import { useCarrierName } from '../forms/carriers'
import { EvidenceGrid, piecesOf } from '../Evidence'
import { type T, useText } from '../messages'
import { type Entry, scansOf } from '@/shared/case/timeline'
import { Panel, type PanelProps, Quoted } from './Panel'
import { payerOf } from './Request'

type Parcel = Schemas['Parcel']

/** Where the goods go, while they are still with the customer. */
export function SendBack({ one }: PanelProps) {
  const t = useText()
  if (one.stage !== 'send_back' || !one.open) return null
  const to = one.return_to
  const address = to ? [to.province, to.city, to.district, to.street].filter(Boolean).join(' ') : ''
  const copy = async () => {
    await navigator.clipboard.writeText([to?.name, to?.phone, address].join(' '))
    toast(t('send.copied'))
  }
  return (
    <Panel tone="act" title={t('send.title')}>
      {one.pickup === 'ordering' && <Notice tone="wait">{t('send.pickupOrdering')}</Notice>}
      {one.pickup === 'failed' && <Notice tone="act">{t('send.pickupFailed')}</Notice>}
      {to && (
        <div className="address">
          <div>
            <p className="fine">{t('send.to')}</p>
            <p>
              <b>{to.name}</b> <span className="figures">{to.phone}</span>
            </p>
            <p>{address}</p>
          </div>
          <Button className="small" onClick={() => void copy()}>
            {t('send.copy')}
          </Button>
        </div>
      )}
      {one.freight.back && (
        <p className="fine">
          {t('request.freight')}: {payerOf(t, one.freight.back)}
        </p>
      )}
    </Panel>
  )
}

/** The parcel on its way back. */
export function ParcelBack({ one, entries }: PanelProps) {
  const t = useText()
  if (!one.parcel) return null
  return (
    <Panel title={t('parcel.back')} tone={one.parcel.suspect && one.open ? 'bad' : undefined}>
      {one.pickup === 'ordered' && !one.parcel.last_scan && <Notice tone="wait">{t('send.pickupOrdered')}</Notice>}
      <Tracking parcel={one.parcel} entries={entries} />
      {one.parcel.suspect && one.open && <Notice tone="bad">{t('send.suspect')}</Notice>}
    </Panel>
  )
}

/** Goods that the shop sends to the customer. */
export function Delivery({ one, entries }: PanelProps) {
  const t = useText()
  const { delivery, exchange } = one
  if (!delivery && !exchange) return null
  const trouble = (['suspect', 'bounced', 'lost'] as const).find((code) => code === delivery?.trouble)
  const problem = (['wrong', 'damaged', 'missing', 'same_fault'] as const).find((code) => code === delivery?.problem)
  const lines = [
    exchange?.to_refund
      ? t('delivery.becameRefund')
      : exchange?.reserved && !exchange.shipped && one.open
        ? t('delivery.reserved')
        : '',
    exchange && exchange.difference.minor < 0 && one.open && !exchange.to_refund
      ? t('delivery.differenceBack', {
          amount: formatMoney({ ...exchange.difference, minor: -exchange.difference.minor }),
        })
      : '',
    exchange?.advance ? t('delivery.advance') : '',
    delivery?.confirmed ? t(delivery.by_time ? 'delivery.confirmedTime' : 'delivery.confirmed') : '',
  ].filter(Boolean)
  if (!delivery?.parcel && lines.length === 0 && !trouble && !problem) return null
  return (
    <Panel
      title={t('delivery.title')}
      tone={delivery?.delivered_at && !delivery.confirmed && one.stage === 'confirm' ? 'act' : undefined}
    >
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {trouble && <Notice tone="act">{t(`delivery.trouble.${trouble}`)}</Notice>}
      {problem && <Notice tone="act">{t('delivery.problem', { problem: t(`problem.${problem}`) })}</Notice>}
      {delivery?.parcel && <Tracking parcel={delivery.parcel} entries={entries} />}
    </Panel>
  )
}

/** Of a refund without a return: the parcel that should not come, or never came. */
export function Outbound({ one, entries, pieces }: PanelProps) {
  const t = useText()
  const out = one.outbound
  if (!out || (out.parcels.length === 0 && !out.report && !out.proof)) return null
  return (
    <Panel title={t('outbound.title')}>
      {out.report ? (
        <p>{t(`outbound.${out.report}`)}</p>
      ) : (
        one.stage === 'intercept' && <p>{t('outbound.intercept')}</p>
      )}
      {out.parcels.map((parcel) => (
        <Tracking key={parcel.number} parcel={parcel} entries={entries} />
      ))}
      {out.proof && (
        <>
          <p className="verdict">
            {t(
              out.proof.conceded ? 'outbound.conceded' : out.proof.by_carrier ? 'outbound.byCarrier' : 'outbound.proof',
            )}
          </p>
          <Quoted words={one.texts[out.proof.text_id ?? '']} />
          <EvidenceGrid pieces={piecesOf(pieces, out.proof.evidence)} label={t('outbound.proof')} />
        </>
      )}
    </Panel>
  )
}

const states = [
  'none',
  'picked',
  'transit',
  'trouble',
  'out_for_delivery',
  'signed',
  'return_signed',
  'returning',
  'forwarded',
  'customs',
  'refused',
  'aborted',
] as const

const stateOf = (t: T, code: string): string => {
  const state = states.find((one) => one === code)
  return state ? t(`parcel.${state}`) : code
}

/** A waybill with where it is, and every scan of it that is known. */
function Tracking({ parcel, entries }: { parcel: Parcel; entries: readonly Entry[] }) {
  const t = useText()
  const now = useNow()
  const carrier = useCarrierName()
  const scans = scansOf(entries, parcel.number)
  const [all, setAll] = useState(false)
  const there = parcel.state === 'signed' || parcel.state === 'return_signed'
  const copy = async () => {
    await navigator.clipboard.writeText(parcel.number)
    toast(t('parcel.copied'))
  }
  return (
    <div className="tracking">
      <div className="tracking-head">
        <span className="row-icon">
          <Icon name="truck" size={22} />
        </span>
        <span className="row-words">
          <span className="row-title">{stateOf(t, parcel.state)}</span>
          <span className="row-note figures">
            {carrier(parcel.carrier)} {parcel.number}
          </span>
        </span>
        <button type="button" className="bar-button" aria-label={t('parcel.copy')} onClick={() => void copy()}>
          <Icon name="copy" size={20} />
        </button>
      </div>
      {parcel.stalled && <Notice tone="act">{t(parcel.claimed ? 'parcel.claimed' : 'parcel.stalled')}</Notice>}
      {parcel.too_light && (
        <Notice tone="act">{t('parcel.light', { grams: parcel.grams ?? 0, expected: parcel.expected_grams })}</Notice>
      )}
      {scans.length > 0 && there && !all ? (
        <button type="button" className="fold-button" aria-expanded={false} onClick={() => setAll(true)}>
          {t('parcel.scans')}
          <Icon name="down" size={18} />
        </button>
      ) : scans.length > 0 ? (
        <ol className="scans" aria-label={t('parcel.scans')}>
          {scans.map((scan) => (
            <li key={scan.seq}>
              <span>{typeof scan.data?.['state'] === 'string' ? stateOf(t, scan.data['state']) : scan.text}</span>
              <time dateTime={scan.at} title={formatMoment(scan.at)} className="figures">
                {formatAgo(scan.at, now)}
              </time>
            </li>
          ))}
        </ol>
      ) : (
        <p className="fine">{t('parcel.noScans')}</p>
      )}
    </div>
  )
}
