package dev.weft.cli.command.trust;

import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.identity.issue.TrustAnchor;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Provides the anchor with its key that signs the new issuer of a rotation. Both stay in this process. */
interface AnchorSource {

    /** Returns the named anchor, by the SHA-256 of its public key, hexadecimal; empty while any anchor will do. */
    Optional<String> named();

    /**
     * Returns the anchor with its key. The first call may create it, or ask for a passphrase.
     *
     * @throws CommandFailure if the anchor is not available
     * @throws IOException if it cannot be stored
     */
    TrustAnchor anchor(ShowTrustResponse trust) throws IOException;

    /** Fails if the given anchor does not fit the mesh. */
    default void check(ShowTrustResponse trust) {}

    /**
     * Returns the anchor's certificate; its key is not needed if another program signs.
     *
     * @throws CommandFailure if the anchor is not available
     * @throws IOException if it cannot be stored
     */
    default X509Certificate certificate(ShowTrustResponse trust) throws IOException {
        return anchor(trust).certificate();
    }

    /** Whether another anchor may be created if this rotation's was lost before anything was published. */
    boolean replaceable(ShowTrustResponse trust) throws IOException;
}
