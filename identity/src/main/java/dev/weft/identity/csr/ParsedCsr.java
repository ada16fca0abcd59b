package dev.weft.identity.csr;

import static java.util.Objects.requireNonNull;

import java.security.PublicKey;
import java.util.List;

/**
 * A certificate signing request whose signature has been verified: the sender holds the key.
 *
 * @param uris what it asks to be called. Never grounds for a name: to be compared with the identity proven otherwise
 */
public record ParsedCsr(PublicKey publicKey, List<String> uris) {

    public ParsedCsr {
        requireNonNull(publicKey, "publicKey");
        uris = List.copyOf(uris);
    }
}
