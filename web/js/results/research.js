/** What stands wherever a result is shown, saved or printed; alexnet.ResearchUse. */
export const researchUse = "For research use only. Not for use in diagnostic procedures.";
