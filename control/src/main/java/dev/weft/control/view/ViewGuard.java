package dev.weft.control.view;

import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.view.Viewers.Verdict;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges each call before any part of it is read. A call that is not known to be allowed is refused. */
final class ViewGuard implements ServerInterceptor {

    /** The refusal of a call without an accepted token. */
    private static final Reason UNAUTHENTICATED = Reason.of("WEFT-L350", Status.Code.UNAUTHENTICATED);

    /** The refusal of a call that its caller may not make. */
    private static final Reason FORBIDDEN = Reason.of("WEFT-L351", Status.Code.PERMISSION_DENIED);

    /** The refusal of a call that cannot be judged now. */
    private static final Reason UNKNOWN = Reason.of("WEFT-L352", Status.Code.UNAVAILABLE);

    /** Most calls that the platform is asked about at once; further ones are refused at once. */
    static final int MAX_JUDGED = 16;

    /** Longest token, in characters. */
    static final int MAX_TOKEN = 8 * 1024;

    private static final String AGAIN = "try again";
    private static final String BEARER = "Bearer ";
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Logger LOG = LoggerFactory.getLogger(ViewGuard.class);

    private final Viewers viewers;
    private final Map<String, String> verbs;
    private final Semaphore judged = new Semaphore(MAX_JUDGED);

    /** @param verbs the required verb by the full name of the method; a method without one is refused */
    ViewGuard(Viewers viewers, Map<String, String> verbs) {
        this.viewers = viewers;
        this.verbs = Map.copyOf(verbs);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        try {
            judge(method, headers.get(AUTHORIZATION));
        } catch (RefusedException e) {
            return e.close(call);
        }
        return next.startCall(call, headers);
    }

    /** @throws RefusedException if the call may not be made, or that is not known now */
    private void judge(String method, @Nullable String shown) {
        String verb = verbs.get(method);
        if (verb == null) {
            throw new RefusedException(
                    FORBIDDEN, method + " changes something, or is unknown", "it takes the permission to exec");
        }
        if (shown == null || !shown.startsWith(BEARER) || shown.length() > MAX_TOKEN) {
            throw new RefusedException(
                    UNAUTHENTICATED, "the call shows no bearer token", "get one by 'kubectl create token'");
        }
        if (!judged.tryAcquire()) {
            throw new RefusedException(
                    UNKNOWN.as(Status.Code.RESOURCE_EXHAUSTED),
                    "more than " + MAX_JUDGED + " bearer tokens are being checked",
                    AGAIN);
        }
        try {
            judged(method, verb, verdict(shown.substring(BEARER.length()), verb));
        } finally {
            judged.release();
        }
    }

    private Verdict verdict(String token, String verb) {
        try {
            return viewers.judge(token, verb);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new RefusedException(UNKNOWN, "the control plane is ending", AGAIN);
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("kind", e.getClass().getName())
                    .log("the bearer token of a viewer could not be checked");
            throw new RefusedException(UNKNOWN, "the bearer token cannot be checked now", AGAIN);
        }
    }

    private static void judged(String method, String verb, Verdict verdict) {
        switch (verdict) {
            case Verdict.Allowed(String name) ->
                LOG.atInfo()
                        .addKeyValue("viewer", name)
                        .addKeyValue("method", method)
                        .log("a viewer has read from the mesh");
            case Verdict.Refused(Viewers.Reason reason, String why) ->
                throw switch (reason) {
                    case UNAUTHENTICATED ->
                        new RefusedException(
                                UNAUTHENTICATED, why, "show a token for the audience of viewers that has not ended");
                    case FORBIDDEN ->
                        new RefusedException(FORBIDDEN, why, "it takes the verb " + verb + " on meshviews.weft.dev");
                    case UNKNOWN -> new RefusedException(UNKNOWN, why, AGAIN);
                };
        }
    }
}
