enum AgreementsPlaceholder {}
