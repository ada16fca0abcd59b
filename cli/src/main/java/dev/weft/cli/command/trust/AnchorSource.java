package dev.weft.cli.command.trust;

import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.identity.issue.TrustAnchor;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** Where the anchor with its key is that signs the new issuer of a rotation. Both stay in this process. */
interface AnchorSource {

    /** The anchor that was named, by the SHA-256 of its public key, hexadecimal; empty while any will do. */
    Optional<String> named();

    /**
     * The anchor with its key; made, or a passphrase asked for, at the first call.
     *
     * @param trust what the mesh rests on now
     * @throws CommandFailure if it cannot be had
     * @throws IOException if it cannot be kept
     */
    TrustAnchor anchor(ShowTrustResponse trust) throws IOException;

    /**
     * Sees that what was given fits the mesh.
     *
     * @throws CommandFailure if it does not
     */
    default void check(ShowTrustResponse trust) {}

    /**
     * The anchor's certificate, without its key where somebody else signs.
     *
     * @param trust what the mesh rests on now
     * @throws CommandFailure if it cannot be had
     * @throws IOException if it cannot be kept
     */
    default X509Certificate certificate(ShowTrustResponse trust) throws IOException {
        return anchor(trust).certificate();
    }

    /** Whether another anchor may be made, should this rotation's have got lost before anything was published. */
    boolean replaceable(ShowTrustResponse trust) throws IOException;
}
