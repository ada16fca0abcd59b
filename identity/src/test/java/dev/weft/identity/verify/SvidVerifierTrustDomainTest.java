package dev.weft.identity.verify;

import static dev.weft.identity.verify.Chains.DOMAIN;
import static dev.weft.identity.verify.Chains.WEB;
import static dev.weft.identity.verify.Chains.assertAccepted;
import static dev.weft.identity.verify.Chains.assertRefused;
import static dev.weft.identity.verify.Chains.verify;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.Revocations;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe.Made;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whose anchor a path may end at: the own trust domain's, and one that several share only under constraints. */
class SvidVerifierTrustDomainTest {

    private final Made anchor = Recipe.anchor("CN=Anchor").make();
    private final Made issuer = Recipe.issuer(anchor, "CN=Issuer").make();
    private final Made leaf = Recipe.leaf(issuer, WEB).make();
    private final TrustBundles bundles = TrustBundles.of(TrustBundle.of(DOMAIN, List.of(anchor.certificate())));

    @Test
    @DisplayName("ID-12, TB-03 trust domain unknown, disabled, or without anchors")
    void id12RefusesUnknownDisabledAndEmptyTrustDomains() {
        TrustBundle bundle = bundles.find(DOMAIN).orElseThrow();
        TrustBundle disabled =
                new TrustBundle(DOMAIN, bundle.anchors(), TrustBundle.State.DISABLED, 2, Revocations.NONE, List.of());

        assertRefused(verify(TrustBundles.EMPTY, leaf, issuer), 0, Rule.UNKNOWN_TRUST_DOMAIN);
        assertRefused(verify(bundles.without(DOMAIN), leaf, issuer), 0, Rule.UNKNOWN_TRUST_DOMAIN);
        assertRefused(verify(bundles.with(disabled), leaf, issuer), 0, Rule.DISABLED_TRUST_DOMAIN);
        assertRefused(verify(bundles.with(TrustBundle.of(DOMAIN, List.of())), leaf, issuer), 0, Rule.EMPTY_BUNDLE);
    }

    @Test
    @DisplayName("X5-13 leaf of one trust domain that chains to another's anchor")
    void x513RefusesTheAnchorOfAnotherTrustDomain() {
        Made foreignAnchor = Recipe.anchor("CN=Foreign").make();
        Made foreign = Recipe.issuer(foreignAnchor, "CN=Foreign issuer").make();
        TrustBundles both =
                bundles.with(TrustBundle.of(TrustDomain.parse("foreign.local"), List.of(foreignAnchor.certificate())));

        assertAccepted(
                verify(both, Recipe.leaf(foreign, "spiffe://foreign.local/x").make(), foreign));
        assertRefused(verify(both, Recipe.leaf(foreign, WEB).make(), foreign), 1, Rule.NO_ANCHOR);
        assertRefused(verify(both, Recipe.leaf(foreign, WEB).make(), foreign, foreignAnchor), 2, Rule.NO_ANCHOR);
    }

    @Test
    @DisplayName("TB-07 an issuer without name constraints, below an anchor of this trust domain alone")
    void tb07AcceptsAnIssuerWithoutConstraintsBelowAnAnchorOfItsOwn() {
        Made elsewhere = Recipe.anchor("CN=Anchor").make();
        TrustBundles both =
                bundles.with(TrustBundle.of(TrustDomain.parse("west.example"), List.of(elsewhere.certificate())));

        assertAccepted(verify(both, leaf, issuer));
    }

    @Test
    @DisplayName("TB-07 an issuer without name constraints, below an anchor of several trust domains")
    void tb07RefusesAnIssuerWithoutConstraintsBelowASharedAnchor() {
        TrustBundles shared = shared(TrustBundle.State.ACTIVE);

        assertRefused(verify(shared, leaf, issuer), 1, Rule.SHARED_ANCHOR);
        assertThat(verify(shared, leaf, issuer).toString())
                .contains("serves trust domain west.example as well", "permitted URI names");
        assertRefused(
                verify(shared, Recipe.leaf(issuer, "spiffe://west.example/x").make(), issuer), 1, Rule.SHARED_ANCHOR);
        assertRefused(verify(shared(TrustBundle.State.DISABLED), leaf, issuer), 1, Rule.SHARED_ANCHOR);
        assertRefused(verify(shared, Recipe.leaf(anchor, WEB).make()), 1, Rule.SHARED_ANCHOR);
    }

    @Test
    @DisplayName("TB-07 an issuer that is kept to its trust domain, below an anchor of several")
    void tb07AcceptsAnIssuerThatIsKeptToItsOwn() {
        TrustBundles shared = shared(TrustBundle.State.ACTIVE);
        Made bound =
                Recipe.issuer(anchor, "CN=Bound").permitUri("cluster.local").make();
        Made below = Recipe.issuer(bound, "CN=Below").make();
        Made above = Recipe.issuer(anchor, "CN=Above").make();
        Made boundBelow = Recipe.issuer(above, "CN=Bound below")
                .permitUri("cluster.local")
                .make();

        assertAccepted(verify(shared, Recipe.leaf(bound, WEB).make(), bound));
        assertAccepted(verify(shared, Recipe.leaf(below, WEB).make(), below, bound));
        assertAccepted(verify(shared, Recipe.leaf(boundBelow, WEB).make(), boundBelow, above));
    }

    @Test
    @DisplayName("TB-07 an issuer that may sign for both, or is only kept from some")
    void tb07RefusesAnIssuerThatMaySignForTheOtherToo() {
        TrustBundles shared = shared(TrustBundle.State.ACTIVE);
        Made both = Recipe.issuer(anchor, "CN=Both")
                .permitUri("cluster.local")
                .permitUri("west.example")
                .make();
        Made excluding =
                Recipe.issuer(anchor, "CN=Excluding").excludeUri("west.example").make();
        Made names = Recipe.issuer(anchor, "CN=Names")
                .permit(GeneralName.dNSName, "cluster.local")
                .make();

        assertRefused(verify(shared, Recipe.leaf(both, WEB).make(), both), 1, Rule.SHARED_ANCHOR);
        assertRefused(verify(shared, Recipe.leaf(excluding, WEB).make(), excluding), 1, Rule.SHARED_ANCHOR);
        assertRefused(verify(shared, Recipe.leaf(names, WEB).make(), names), 1, Rule.SHARED_ANCHOR);
    }

    @Test
    @DisplayName("TB-07 another certificate of the same key is the same anchor")
    void tb07GoesByTheKeyOfTheAnchor() {
        Made again = Recipe.anchor("CN=Renewed")
                .keys(anchor.keys(), "SHA256withECDSA")
                .make();
        TrustBundles shared =
                bundles.with(TrustBundle.of(TrustDomain.parse("west.example"), List.of(again.certificate())));

        assertRefused(verify(shared, leaf, issuer), 1, Rule.SHARED_ANCHOR);
    }

    private TrustBundles shared(TrustBundle.State state) {
        TrustDomain west = TrustDomain.parse("west.example");
        return bundles.with(
                new TrustBundle(west, List.of(anchor.certificate()), state, 1, Revocations.NONE, List.of()));
    }
}
