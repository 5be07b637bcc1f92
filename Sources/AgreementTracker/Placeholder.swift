enum AgreementTrackerPlaceholder {}
