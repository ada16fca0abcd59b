package dev.weft.proxy.tunnel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.identity.TestCredentials;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TunnelBindingTest {
    private static final byte[] SECRET =
            "a secret of some handshake, 32 b".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] NONCE = new byte[32];

    private final TestCredentials authority = new TestCredentials("cluster.local", Clock.systemUTC());
    private final X509Svid web = issue("web");
    private final X509Svid api = issue("api");
    private final TunnelBinding binding = new TunnelBinding(SECRET, web.leaf(), api.leaf());

    @AfterEach
    void release() {
        authority.close();
    }

    private X509Svid issue(String name) {
        return authority
                .issue(name, Duration.ofHours(1), TrustBundles.of(authority.bundle()))
                .svid();
    }

    @Test
    void acceptsWhatWasSignedWithTheSameBinding() {
        TunnelBinding otherEnd = new TunnelBinding(SECRET, web.leaf(), api.leaf());
        byte[] signature = binding.sign(Side.CLIENT, NONCE, web);
        assertThat(otherEnd.signed(Side.CLIENT, NONCE, web.chain(), signature)).isTrue();
    }

    @Test
    void refusesTheSameSecretWithOtherCertificatesInTheHandshake() {
        byte[] signature = binding.sign(Side.CLIENT, NONCE, web);
        assertThat(new TunnelBinding(SECRET, issue("web").leaf(), api.leaf())
                        .signed(Side.CLIENT, NONCE, web.chain(), signature))
                .isFalse();
        assertThat(new TunnelBinding(SECRET, web.leaf(), issue("api").leaf())
                        .signed(Side.CLIENT, NONCE, web.chain(), signature))
                .isFalse();
        assertThat(new TunnelBinding(SECRET, api.leaf(), web.leaf()).signed(Side.CLIENT, NONCE, web.chain(), signature))
                .isFalse();
    }

    @Test
    void refusesAnotherSecretSideNonceChainOrSignature() {
        byte[] signature = binding.sign(Side.CLIENT, NONCE, web);
        byte[] otherSecret = SECRET.clone();
        otherSecret[0]++;
        assertThat(new TunnelBinding(otherSecret, web.leaf(), api.leaf())
                        .signed(Side.CLIENT, NONCE, web.chain(), signature))
                .isFalse();
        assertThat(binding.signed(Side.SERVER, NONCE, web.chain(), signature)).isFalse();
        byte[] otherNonce = NONCE.clone();
        otherNonce[31] = 1;
        assertThat(binding.signed(Side.CLIENT, otherNonce, web.chain(), signature))
                .isFalse();
        assertThat(binding.signed(Side.CLIENT, NONCE, List.of(web.leaf()), signature))
                .isFalse();
        assertThat(binding.signed(Side.CLIENT, NONCE, issue("web").chain(), signature))
                .isFalse();
        assertThat(binding.signed(Side.CLIENT, NONCE, web.chain(), new byte[0])).isFalse();
        assertThat(binding.signed(Side.CLIENT, NONCE, web.chain(), new byte[72]))
                .isFalse();
    }
}
