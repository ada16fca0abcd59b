package dev.weft.identity.verify;

import static dev.weft.identity.verify.Chains.DOMAIN;
import static dev.weft.identity.verify.Chains.WEB;
import static dev.weft.identity.verify.Chains.assertAccepted;
import static dev.weft.identity.verify.Chains.assertRefused;
import static dev.weft.identity.verify.Chains.chain;
import static dev.weft.identity.verify.Chains.verify;
import static dev.weft.identity.verify.Recipe.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe.Made;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Name constraints, RFC 5280 section 4.2.1.10: ours, and those of the JDK behind them. */
class SvidVerifierConstraintsTest {

    private final Made anchor = Recipe.anchor("CN=Anchor").make();
    private final TrustBundles bundles = TrustBundles.of(TrustBundle.of(DOMAIN, List.of(anchor.certificate())));

    @Test
    @DisplayName("X5-11 leaf outside of its issuer's name constraints")
    void x511RefusesALeafOutsideOfTheNameConstraints() {
        TrustDomain evil = TrustDomain.parse("evil.local");
        TrustBundles both = bundles.with(TrustBundle.of(evil, List.of(anchor.certificate())));
        Made bound =
                Recipe.issuer(anchor, "CN=Bound").permitUri("cluster.local").make();
        Made inside = Recipe.leaf(bound, WEB).make();
        Made outside = Recipe.leaf(bound, "spiffe://evil.local/ns/shop/sa/web").make();

        assertAccepted(verify(both, inside, bound));
        assertRefused(verify(both, outside, bound), 1, Rule.NAME_CONSTRAINTS);
        SvidVerifier verifier = new SvidVerifier(both);
        assertAccepted(verifier.verify(chain(inside, bound), NOW));
        assertRefused(verifier.verify(chain(outside, bound), NOW), 1, Rule.NAME_CONSTRAINTS);
    }

    @Test
    @DisplayName("X5-11 the JDK's own check of name constraints refuses, should ours not")
    void x511IsCheckedByTheJdkToo() {
        Made bound =
                Recipe.issuer(anchor, "CN=Bound").permitUri("cluster.local").make();
        X509Certificate outside =
                Recipe.leaf(bound, "spiffe://evil.local/ns/shop/sa/web").certificate();

        assertThat(catchThrowableOfType(
                                RejectionException.class,
                                () -> PathValidation.validate(
                                        List.of(outside, bound.certificate()), anchor.certificate(), NOW, 0))
                        .toRejected()
                        .rule())
                .isEqualTo(Rule.NAME_CONSTRAINTS);
    }

    @Test
    @DisplayName("X5-11 whatever the JDK throws over a host with an underscore is a rejection")
    void x511TurnsEveryFailureOfTheJdkIntoARejection() {
        Made bound =
                Recipe.issuer(anchor, "CN=Bound").permitUri("cluster.local").make();
        X509Certificate odd = Recipe.leaf(bound, "spiffe://a_b/x").certificate();

        assertThatThrownBy(
                        () -> PathValidation.validate(List.of(odd, bound.certificate()), anchor.certificate(), NOW, 0))
                .isInstanceOf(RejectionException.class);
    }

    @Test
    @DisplayName("X5-11 subdomains, exclusions, and names without a host name under constraints")
    void x511TreatsEachFormOfConstraint() {
        Made tree = Recipe.issuer(anchor, "CN=Tree").permitUri(".example").make();
        Made not = Recipe.issuer(anchor, "CN=Not").excludeUri("cluster.local").make();
        Made underscore = Recipe.issuer(anchor, "CN=Underscore")
                .permitUri("cluster.local")
                .make();
        Made address = Recipe.issuer(anchor, "CN=Address").permitUri("10.0.0.1").make();
        TrustBundles all = bundles.with(TrustBundle.of(TrustDomain.parse("a.example"), List.of(anchor.certificate())))
                .with(TrustBundle.of(TrustDomain.parse("example"), List.of(anchor.certificate())))
                .with(TrustBundle.of(TrustDomain.parse("a_b"), List.of(anchor.certificate())))
                .with(TrustBundle.of(TrustDomain.parse("10.0.0.1"), List.of(anchor.certificate())));

        assertAccepted(verify(all, Recipe.leaf(tree, "spiffe://a.example/x").make(), tree));
        assertRefused(verify(all, Recipe.leaf(tree, "spiffe://example/x").make(), tree), 1, Rule.NAME_CONSTRAINTS);
        assertRefused(verify(all, Recipe.leaf(not, WEB).make(), not), 1, Rule.NAME_CONSTRAINTS);
        assertRefused(
                verify(all, Recipe.leaf(underscore, "spiffe://a_b/x").make(), underscore), 1, Rule.NAME_CONSTRAINTS);
        assertRefused(
                verify(all, Recipe.leaf(address, "spiffe://10.0.0.1/x").make(), address), 1, Rule.NAME_CONSTRAINTS);
    }

    @Test
    @DisplayName("X5-11 constraints on other kinds of names bind every leaf, below a remembered path too")
    void x511ChecksDnsNamesBelowARememberedPath() {
        SvidVerifier verifier = new SvidVerifier(bundles);
        Made bound = Recipe.issuer(anchor, "CN=Bound")
                .permitUri("cluster.local")
                .permit(GeneralName.dNSName, "shop.example")
                .make();
        Recipe inside = Recipe.leaf(bound, WEB).name(GeneralName.dNSName, "web.shop.example");
        Recipe outside = Recipe.leaf(bound, WEB).name(GeneralName.dNSName, "bank.example");

        assertAccepted(verifier.verify(chain(inside.make(), bound), NOW));
        assertRefused(verifier.verify(chain(outside.make(), bound), NOW), 0, Rule.NAME_CONSTRAINTS);
    }
}
