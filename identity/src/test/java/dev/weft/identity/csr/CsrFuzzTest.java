package dev.weft.identity.csr;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.identity.Mutations;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import java.security.KeyPair;

/** A signing request that is changed is refused in one way, or still asks for the key that signed it. */
class CsrFuzzTest {

    private static final SpiffeId ID = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web");

    private final KeyPair keys = KeyPairs.generateP256();
    private final byte[] request = CertificateSigningRequests.create(keys, ID);

    @FuzzTest
    void aChangedRequestIsRefusedOrOfItsKey(FuzzedDataProvider data) {
        try {
            ParsedCsr parsed = CsrVerifier.verify(Mutations.of(request, data));
            assertThat(parsed.publicKey()).isEqualTo(keys.getPublic());
            assertThat(parsed.uris()).containsExactly(ID.toString());
        } catch (InvalidCsrException _) {
            // What a caller is told.
        }
    }

    @FuzzTest
    void anyBytesAreRefusedInOneWay(byte[] bytes) {
        try {
            ParsedCsr _ = CsrVerifier.verify(bytes);
        } catch (InvalidCsrException _) {
            // What a caller is told.
        }
    }
}
