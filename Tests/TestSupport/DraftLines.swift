// A small story in drafts, for tests that need a log with a bit of everything in it.

extension Examples {
  /// Ten practices, a promise, a saving, a withdrawal, letters and a correction.
  package static let draftLines: [String] = [
    #"{"type":"PartyRegistered","stream":"party/body-a","basis":"document","assertedBy":{"party":"committee-a"},"data":{"kind":"commissioner","identity":"named","name":"A body"}}"#,
    #"{"type":"PartyRegistered","stream":"party/group-a","basis":"document","assertedBy":{"party":"committee-a"},"data":{"kind":"group","identity":"unnamed","count":10}}"#,
    #"{"type":"PartyRegistered","stream":"party/practice-a","basis":"document","assertedBy":{"party":"committee-a"},"data":{"kind":"practice","identity":"named","name":"A practice"},"private":{"contact":"a name"}}"#,
    #"{"type":"MemberNamed","stream":"party/group-a","basis":"document","assertedBy":{"party":"committee-a"},"data":{"member":"practice-a"}}"#,
    #"{"type":"ExhibitFiled","stream":"exhibit/letter-a","basis":"document","assertedBy":{"party":"committee-a"},"data":{"exhibit":"1","title":"Letter","kind":"letter","author":"body-a"}}"#,
    #"{"type":"AgreementMade","stream":"agreement/deal-a","when":{"edtf":"../2010-03-31"},"basis":"document","assertedBy":{"party":"committee-a"},"data":{"title":"Deal","debtor":"body-a","creditors":["group-a"],"form":"letter","contractStatus":"unknown"}}"#,
    #"{"type":"PaymentPromised","stream":"agreement/deal-a","when":{"edtf":"../2010-03-31"},"basis":"document","assertedBy":{"party":"body-a"},"sources":[{"exhibit":"letter-a","locator":"page 1"}],"data":{"promise":"share-a","to":"group-a","money":{"low":0,"high":10000000,"per":"each"},"due":"2010-12-31"}}"#,
    #"{"type":"SavingReported","stream":"agreement/deal-a","when":{"edtf":"2010-03-31"},"basis":"document","assertedBy":{"party":"committee-a"},"data":{"saving":"saving-a","by":"group-a","money":{"low":350000000,"high":350000000},"period":"2009-04-01/2010-03-31","measure":"net"}}"#,
    #"{"type":"PaymentMade","stream":"agreement/deal-a","when":{"edtf":"2010-07-01"},"basis":"document","assertedBy":{"party":"practice-a"},"data":{"promise":"share-a","to":"practice-a","money":{"low":2000000,"high":2000000}}}"#,
    #"{"type":"PromiseWithdrawn","stream":"agreement/deal-a","when":{"edtf":"2010-09","words":"last September"},"basis":"press","assertedBy":{"party":"committee-a"},"id":"018f3c1e-7b5a-7c3d-9e2f-0123456789ab","data":{"promise":"share-a","scope":"whole","decidedBy":"the board","reason":"the deficit"}}"#,
    #"{"type":"PositionStated","stream":"agreement/deal-a","when":{"edtf":"2011-09"},"basis":"press","assertedBy":{"party":"body-a"},"data":{"proposition":"the board decided","admits":["018f3c1e-7b5a-7c3d-9e2f-0123456789ab"]}}"#,
    #"{"type":"EntryCorrected","stream":"agreement/deal-a","basis":"document","assertedBy":{"party":"committee-a"},"data":{"target":"018f3c1e-7b5a-7c3d-9e2f-0123456789ab","set":{"when":{"edtf":"2010-09-15"}},"why":"the minute gives the day"}}"#,
    #"{"type":"CorrespondenceLogged","stream":"agreement/deal-a","when":{"edtf":"2010-10/2011-09"},"basis":"own-knowledge","assertedBy":{"party":"committee-a"},"data":{"from":"committee-a","to":["body-a"],"medium":"letter","gist":"asks for the money","count":{"low":2}}}"#,
    #"{"type":"ReductionPlanned","stream":"plan/plan-a","basis":"press","assertedBy":{"party":"committee-a"},"data":{"planner":"body-a","scope":"contracts","money":{"low":3400000000,"high":3700000000}}}"#,
  ]
}
