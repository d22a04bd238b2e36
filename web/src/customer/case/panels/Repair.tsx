import { formatMoney } from '@/shared/money'
import { formatMoment } from '@/shared/time'
import { EvidenceGrid, piecesOf } from '../Evidence'
import { useText } from '../messages'
import { Fact, Facts, Panel, type PanelProps, Quoted } from './Panel'

/** What is wrong with an item, what it costs, and how long it is under warranty. */
export function Repair({ one, pieces }: PanelProps) {
  const t = useText()
  const { repair } = one
  if (!repair) return null
  const amount = repair.amount ? formatMoney(repair.amount) : ''
  const choosing = one.stage === 'choice' && one.open
  const quoted = one.stage === 'repair_quote' && one.open
  const title = choosing ? t('repair.chooseTitle') : quoted ? t('repair.quoteTitle', { amount }) : t('repair.title')
  return (
    <Panel title={title} tone={choosing || quoted ? 'act' : undefined}>
      {quoted && <p>{t('repair.quoteLead')}</p>}
      {choosing && <p>{t('repair.chooseLead')}</p>}
      {repair.fault !== undefined && (
        <p className="verdict">
          {repair.covered ? t('repair.covered') : amount ? t('repair.notCovered', { amount }) : t('repair.diagnosis')}
        </p>
      )}
      <Quoted words={one.texts[repair.text_id ?? '']} />
      <EvidenceGrid pieces={piecesOf(pieces, repair.evidence)} label={t('repair.evidence')} />
      {repair.done && <p className="verdict good">{t('repair.done')}</p>}
      <Facts>
        {repair.warranty_until && (
          <Fact label={t('repair.warrantyLabel')}>
            {t('repair.warranty', { time: formatMoment(repair.warranty_until) })}
          </Fact>
        )}
        {repair.before > 0 && (
          <Fact label={t('repair.beforeLabel')}>{t('repair.before', { count: repair.before })}</Fact>
        )}
      </Facts>
    </Panel>
  )
}
