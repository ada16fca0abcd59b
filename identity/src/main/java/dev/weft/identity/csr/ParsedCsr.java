package dev.weft.identity.csr;

import static java.util.Objects.requireNonNull;

import java.security.PublicKey;
import java.util.List;

/**
 * A certificate signing request with a verified signature: its sender holds the private key.
 *
 * @param uris requested URI names. They prove nothing; compare them with the identity that was proven in another way
 */
public record ParsedCsr(PublicKey publicKey, List<String> uris) {

    public ParsedCsr {
        requireNonNull(publicKey, "publicKey");
        uris = List.copyOf(uris);
    }
}
