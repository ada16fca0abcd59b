package dev.weft.control.view;

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

/** Judges each call before anything of it is read. A call that is not known to be allowed is refused. */
final class ViewGuard implements ServerInterceptor {

    /** The code of a call without an accepted token. */
    static final String UNAUTHENTICATED = "WEFT-L350";

    /** The code of a call that its caller may not make. */
    static final String FORBIDDEN = "WEFT-L351";

    /** The code of a call that cannot be judged now. */
    static final String UNKNOWN = "WEFT-L352";

    /** Most calls that the platform is asked about at once; further ones are refused at once. */
    static final int MAX_JUDGED = 16;

    /** Longest token, in characters. */
    static final int MAX_TOKEN = 8 * 1024;

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
        Status status = judge(method, headers.get(AUTHORIZATION));
        if (status.isOk()) {
            return next.startCall(call, headers);
        }
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private Status judge(String method, @Nullable String shown) {
        String verb = verbs.get(method);
        if (verb == null) {
            return Status.PERMISSION_DENIED.withDescription(
                    FORBIDDEN + ": " + method + " is nothing that only looks; it takes the permission to exec");
        }
        if (shown == null || !shown.startsWith(BEARER) || shown.length() > MAX_TOKEN) {
            return Status.UNAUTHENTICATED.withDescription(
                    UNAUTHENTICATED + ": the call shows no bearer token; get one by 'kubectl create token'");
        }
        if (!judged.tryAcquire()) {
            return Status.RESOURCE_EXHAUSTED.withDescription(
                    UNKNOWN + ": more than " + MAX_JUDGED + " calls are being judged; try again");
        }
        try {
            return status(method, verb, viewers.judge(shown.substring(BEARER.length()), verb));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Status.UNAVAILABLE.withDescription(UNKNOWN + ": the control plane is ending; try again");
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("kind", e.getClass().getName()).log("a viewer could not be judged");
            return Status.UNAVAILABLE.withDescription(UNKNOWN + ": it cannot be judged now who this is; try again");
        } finally {
            judged.release();
        }
    }

    private static Status status(String method, String verb, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Allowed(String name) -> {
                LOG.atInfo()
                        .addKeyValue("viewer", name)
                        .addKeyValue("method", method)
                        .log("looked at the mesh");
                yield Status.OK;
            }
            case Verdict.Refused(Viewers.Reason reason, String why) ->
                switch (reason) {
                    case UNAUTHENTICATED ->
                        Status.UNAUTHENTICATED.withDescription(UNAUTHENTICATED + ": " + plain(why)
                                + "; show a token for the audience of viewers that has not ended");
                    case FORBIDDEN ->
                        Status.PERMISSION_DENIED.withDescription(FORBIDDEN + ": " + plain(why) + "; it takes the verb "
                                + verb + " on meshviews.weft.dev");
                    case UNKNOWN -> Status.UNAVAILABLE.withDescription(UNKNOWN + ": " + plain(why) + "; try again");
                };
        };
    }

    /** Removes semicolons: the text after a semicolon is advice. */
    private static String plain(String why) {
        return why.replace(';', ',');
    }
}
