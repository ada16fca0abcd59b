package dev.weft.proxy.identity;

import dev.weft.proxy.control.RpcException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * By what the next attempt proves the identity: the certificate held while it is good, or else the token in the file. When the
 * control plane refuses a certificate that is good by the own clock (its issuer was revoked, or one of the clocks is wrong), a
 * token that was not shown yet is tried. Written by the client's event loop.
 */
final class RenewalProof {
    private volatile boolean svidRefused;
    private volatile @Nullable String shown;

    /** Off the event loop: reads the token and makes the key. */
    CertifyAttempt next(IdentitySettings settings, TlsContexts contexts, @Nullable Credentials usable)
            throws IOException {
        Path file = settings.tokenFile();
        if (usable == null) {
            return CertifyAttempt.byToken(settings.id(), TokenFile.read(file), contexts);
        }
        if (svidRefused && file != null) {
            try {
                String token = TokenFile.read(file);
                if (!token.equals(shown)) {
                    return CertifyAttempt.byToken(settings.id(), token, contexts);
                }
            } catch (IOException _) {
                // What counts is why the certificate is refused, not that there is no token besides.
            }
        }
        return CertifyAttempt.bySvid(settings.id(), usable);
    }

    void answered(CertifyAttempt attempt, @Nullable Throwable failure) {
        boolean refused = isRefusal(failure);
        if (attempt.token().isPresent()) {
            if (failure == null || refused) {
                shown = attempt.token().get();
            }
        } else {
            svidRefused |= refused;
        }
        if (failure == null) {
            svidRefused = false;
        }
    }

    private static boolean isRefusal(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RpcException rpc
                && switch (rpc.code()) {
                    case UNAUTHENTICATED, PERMISSION_DENIED -> true;
                    default -> false;
                };
    }
}
