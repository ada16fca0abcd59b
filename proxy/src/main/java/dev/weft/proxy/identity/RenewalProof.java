package dev.weft.proxy.identity;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.control.RpcException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what the next attempt proves the identity with: the certificate held while it is valid, or else the token in
 * the file. The control plane may refuse a certificate that is valid by this sidecar's clock, because its issuer was
 * revoked or one of the clocks is wrong. Then the token is tried, even one that was used before, because a workload
 * token can be used more than once and stays the same for hours. A token that the control plane has refused as such is
 * not sent again; a token that it could not check yet is. Written by the client's event loop.
 */
final class RenewalProof {
    private final SpiffeId id;
    private final @Nullable TokenFile file;
    private final TlsContexts contexts;
    private volatile boolean svidRefused;
    private volatile @Nullable String spent;

    RenewalProof(SpiffeId id, @Nullable TokenFile file, TlsContexts contexts) {
        this.id = id;
        this.file = file;
        this.contexts = contexts;
    }

    /** Returns the next attempt. Must not run on the event loop: it reads the token and makes the key. */
    CertifyAttempt next(@Nullable Credentials usable) throws IOException {
        if (usable == null) {
            if (file == null) {
                throw new NoProofException("no certificate and no token-file to get one with; set token-file");
            }
            return CertifyAttempt.byToken(id, file.read(), contexts);
        }
        if (svidRefused && file != null) {
            try {
                TokenFile.Token token = file.read();
                if (!token.value().equals(spent)) {
                    return CertifyAttempt.byToken(id, token, contexts);
                }
            } catch (IOException _) {
                // What counts is why the certificate is refused, not that there is no token either.
            }
        }
        return CertifyAttempt.bySvid(id, usable);
    }

    void answered(CertifyAttempt attempt, @Nullable Throwable failure) {
        @Nullable RpcException refusal = refusal(failure);
        if (attempt.token().isEmpty()) {
            svidRefused = failure != null && (svidRefused || refusal != null);
        } else if (refusal != null) {
            // The token or the identity is not accepted: the certificate is tried next.
            if (refusal.code() == RpcException.Code.UNAUTHENTICATED) {
                spent = attempt.token().get().value();
            }
            svidRefused = false;
        } else if (failure == null) {
            svidRefused = false;
        }
    }

    /** Returns the control plane's refusal, if it was a definite one. */
    private static @Nullable RpcException refusal(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RpcException rpc
                        && switch (rpc.code()) {
                            case UNAUTHENTICATED, PERMISSION_DENIED -> true;
                            default -> false;
                        }
                ? rpc
                : null;
    }
}
