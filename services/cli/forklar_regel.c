// SPDX-License-Identifier: MPL-2.0
#include "forklar.h"

static const char *const REGELNAVNE[REGEL_ANTAL] = {
    [REGEL_GYLDIG] = "regelsættets gyldighed",
    [REGEL_OMFANG] = "hvem regelsættet gælder for",
    [REGEL_ANSVARLIG] = "hvem der er ansvarlig",
    [REGEL_UDTRAEDER] = "den, der forlader forsøget",
    [REGEL_GRAENSE] = "grænsen for overdragelse",
    [REGEL_TAELLER_IKKE] = "måneder, der ikke tæller",
    [REGEL_MAANEDSNORM] = "timer i en måned, der ikke er meldt",
    [REGEL_FOERSTE_SAMTALE] = "fristen for den første samtale",
    [REGEL_SAMTALER] = "samtaler, der skal holdes",
    [REGEL_MOEDEFORMER] = "mødeformer, der tæller",
    [REGEL_SAMTALETYPER] = "tilladte samtaletyper",
    [REGEL_SAMMENLAEGNING] = "samtaler, der kan lægges sammen",
    [REGEL_KVOTE] = "kvote og fritagelse",
    [REGEL_DELTAGELSE] = "gæstens deltagelse",
    [REGEL_FORVARSEL] = "hvornår der varsles",
    [REGEL_DELING] = "hvornår oplysningerne deles",
    [REGEL_PAKKE_REFERATER] = "referater i pakken",
    [REGEL_PAKKEFRIST] = "pakkefristen",
    [REGEL_REFERAT_FRIST] = "fristen for et referat",
    [REGEL_FAELLES_REFERAT] = "kommunens referat af en fælles samtale",
    [REGEL_HAARDT_STOP] = "det hårde stop",
    [REGEL_OVERSKREDET] = "advarslen før det hårde stop",
    [REGEL_TIMER_MANGLER] = "hvornår der rykkes for timer",
    [REGEL_TIMER_VENT] = "ventetid på timer",
    [REGEL_ULAEST] = "hvornår noget regnes for ulæst",
    [REGEL_INDSTILLING_SVAR] = "fristen for at svare på en indstilling",
    [REGEL_INDSTILLING_PAAMINDELSE] = "påmindelsen om en indstilling",
};

const char *
forklar_regel(enum regel_parameter p)
{
	return REGELNAVNE[p];
}
