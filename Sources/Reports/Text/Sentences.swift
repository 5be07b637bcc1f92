public import Agreements
public import Projections
extension Statement { public var sentence: String { body.typeName } }
extension RenegedView.NotClaimed { public var sentence: String { "" } }
