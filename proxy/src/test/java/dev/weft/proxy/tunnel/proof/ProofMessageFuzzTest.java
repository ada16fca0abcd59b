package dev.weft.proxy.tunnel.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.identity.verify.SvidVerifier;

/** What a peer sends to prove itself anew. Bytes that are read as a proof are the only form of that proof. */
class ProofMessageFuzzTest {
    @FuzzTest
    void anyBytesAreAProofInOneFormOrRefused(byte[] bytes) {
        ProofMessage message;
        try {
            message = ProofMessage.decode(bytes);
        } catch (UnprovenException e) {
            assertThat(e.rule()).isEqualTo("malformed");
            assertThat(e.reason()).startsWith("the proof cannot be read: ");
            return;
        }
        assertThat(message.nonce()).hasSize(ProofMessage.NONCE);
        assertThat(message.chain()).hasSizeBetween(1, SvidVerifier.MAX_CHAIN);
        assertThat(message.encode()).isEqualTo(bytes);
    }
}
