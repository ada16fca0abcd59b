package dev.weft.proxy.identity;

import dev.weft.proxy.control.RpcException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * By what the next attempt proves the identity: the certificate held while it is good, or else the token in the file. When the
 * control plane refuses a certificate that is good by the own clock (its issuer was revoked, or one of the clocks is wrong), the
 * token is tried: also one that was of use before, as a workload token is good for more than one use and stays the same for
 * hours. A token that the control plane has refused as such is not shown again; one that it could not look at yet is. Written
 * by the client's event loop.
 */
final class RenewalProof {
    private volatile boolean svidRefused;
    private volatile @Nullable String spent;

    /** Off the event loop: reads the token and makes the key. */
    CertifyAttempt next(IdentitySettings settings, TlsContexts contexts, @Nullable Credentials usable)
            throws IOException {
        TokenFile file = settings.token();
        if (usable == null) {
            if (file == null) {
                throw new NoProofException("no certificate and no token-file to get one with; set token-file");
            }
            return CertifyAttempt.byToken(settings.id(), file.read(), contexts);
        }
        if (svidRefused && file != null) {
            try {
                TokenFile.Token token = file.read();
                if (!token.value().equals(spent)) {
                    return CertifyAttempt.byToken(settings.id(), token, contexts);
                }
            } catch (IOException _) {
                // What counts is why the certificate is refused, not that there is no token besides.
            }
        }
        return CertifyAttempt.bySvid(settings.id(), usable);
    }

    void answered(CertifyAttempt attempt, @Nullable Throwable failure) {
        @Nullable RpcException refusal = refusal(failure);
        if (attempt.token().isEmpty()) {
            svidRefused = failure != null && (svidRefused || refusal != null);
        } else if (refusal != null) {
            // It is the token that is not accepted, or the identity: then the certificate has the next turn.
            if (refusal.code() == RpcException.Code.UNAUTHENTICATED) {
                spent = attempt.token().get().value();
            }
            svidRefused = false;
        } else if (failure == null) {
            svidRefused = false;
        }
    }

    /** What the control plane said, if it said no for good. */
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
