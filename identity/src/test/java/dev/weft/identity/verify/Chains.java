package dev.weft.identity.verify;

import static dev.weft.identity.verify.Recipe.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe.Made;
import dev.weft.identity.verify.Verification.Rejected;
import dev.weft.identity.verify.Verification.Verified;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Chains as peers show them, and what is asserted of their verification. */
final class Chains {

    static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";

    private Chains() {}

    static TrustBundles trusting(Made made) {
        return TrustBundles.of(TrustBundle.of(DOMAIN, List.of(made.certificate())));
    }

    static List<X509Certificate> chain(Made... made) {
        return Arrays.stream(made).map(Made::certificate).toList();
    }

    /** What a chain proves; the same at the first look and at the second, below issuers that are known already. */
    static Verification verify(TrustBundles trusted, Made... made) {
        List<X509Certificate> chain = chain(made);
        Verification first = SvidVerifier.verify(chain, trusted, NOW);
        SvidVerifier verifier = new SvidVerifier(trusted);
        if (made.length > 1) {
            List<X509Certificate> known = new ArrayList<>(chain);
            known.set(0, Recipe.leaf(made[1], WEB).certificate());
            Verification _ = verifier.verify(known, NOW);
        }
        assertThat(verifier.verify(chain, NOW)).as("below known issuers").isEqualTo(first);
        assertThat(verifier.verify(chain, NOW)).as("at the second look").isEqualTo(first);
        return first;
    }

    static void assertAccepted(Verification result) {
        assertThat(result).isInstanceOf(Verified.class);
    }

    static void assertRefused(Verification result, int index, Rule rule) {
        assertThat(result).isInstanceOfSatisfying(Rejected.class, rejected -> {
            assertThat(rejected.rule()).as(rejected.toString()).isEqualTo(rule);
            assertThat(rejected.certificateIndex()).as(rejected.toString()).isEqualTo(index);
        });
    }
}
