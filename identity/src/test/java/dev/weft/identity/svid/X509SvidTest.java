package dev.weft.identity.svid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.verify.Recipe;
import dev.weft.identity.verify.Recipe.Made;
import java.util.List;
import org.junit.jupiter.api.Test;

class X509SvidTest {

    private static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web");

    private final Made anchor = Recipe.anchor("CN=Anchor").make();
    private final Made leaf = Recipe.leaf(anchor, WEB.toString()).make();

    @Test
    void takesItsIdentityFromTheLeaf() {
        X509Svid svid = X509Svid.of(List.of(leaf.certificate()), leaf.keys().getPrivate());

        assertThat(svid.id()).isEqualTo(WEB);
        assertThat(svid.leaf()).isEqualTo(leaf.certificate());
        assertThat(svid.toString()).contains(WEB.toString()).doesNotContain("PrivateKey");
    }

    @Test
    void refusesWhatDoesNotBelongTogether() {
        SpiffeId other = SpiffeId.parse("spiffe://cluster.local/other");

        assertThatThrownBy(() -> X509Svid.of(
                        List.of(leaf.certificate()), KeyPairs.generateP256().getPrivate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not belong to the certificate");
        assertThatThrownBy(() -> new X509Svid(
                        other, List.of(leaf.certificate()), leaf.keys().getPrivate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: " + other);
        assertThatThrownBy(() -> X509Svid.of(List.of(), leaf.keys().getPrivate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("empty");
    }

    @Test
    void refusesACertificateThatIsNoSvid() {
        assertThatThrownBy(() ->
                        X509Svid.of(List.of(anchor.certificate()), anchor.keys().getPrivate()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("X5-03");
    }
}
