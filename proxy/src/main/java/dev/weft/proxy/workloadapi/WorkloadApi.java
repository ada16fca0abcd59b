package dev.weft.proxy.workloadapi;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.weft.api.spiffe.JWTBundlesRequest;
import dev.weft.api.spiffe.JWTSVID;
import dev.weft.api.spiffe.JWTSVIDRequest;
import dev.weft.api.spiffe.JWTSVIDResponse;
import dev.weft.api.spiffe.ValidateJWTSVIDRequest;
import dev.weft.api.spiffe.ValidateJWTSVIDResponse;
import dev.weft.api.spiffe.X509BundlesRequest;
import dev.weft.api.spiffe.X509SVIDRequest;
import dev.weft.identity.jwt.JwtSvidVerifier;
import dev.weft.identity.jwt.JwtVerification;
import dev.weft.identity.trust.TrustBundles;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The methods of {@code SpiffeWorkloadAPI}, by their paths. The methods of the incubating WIT profile are not
 * supported.
 */
final class WorkloadApi {
    /** Most audiences of a token, and most characters of an audience: the limits of the control plane. */
    static final int MAX_AUDIENCES = 16;

    static final int MAX_AUDIENCE = 256;

    private static final String SERVICE = "/SpiffeWorkloadAPI/";

    private final ServedIdentity identity;
    private final WatchMethod x509Svids;
    private final WatchMethod x509Bundles;
    private final WatchMethod jwtBundles;
    private final Map<String, Call.Method> methods;

    WorkloadApi(ServedIdentity identity) {
        this.identity = identity;
        this.x509Svids = new WatchMethod(
                X509SVIDRequest.parser(),
                // Reads the bundles only once the certificate is there: older ones might lack the certificate's anchor.
                () -> identity.x509Svid()
                        .thenCompose(svid -> identity.bundles()
                                .thenApply(bundles -> made(() -> ApiResponses.x509Svid(svid, bundles)))));
        this.x509Bundles = new WatchMethod(
                X509BundlesRequest.parser(),
                () -> identity.bundles()
                        .thenApply(bundles -> made(
                                () -> ApiResponses.x509Bundles(identity.id().trustDomain(), bundles))));
        this.jwtBundles = new WatchMethod(
                JWTBundlesRequest.parser(),
                () -> identity.bundles()
                        .thenApply(bundles ->
                                made(() -> ApiResponses.jwtBundles(identity.id().trustDomain(), bundles))));
        this.methods = Map.of(
                SERVICE + "FetchX509SVID", x509Svids,
                SERVICE + "FetchX509Bundles", x509Bundles,
                SERVICE + "FetchJWTBundles", jwtBundles,
                SERVICE + "FetchJWTSVID", this::fetchJwtSvid,
                SERVICE + "ValidateJWTSVID", this::validateJwtSvid);
    }

    Call.Method method(CharSequence path) throws CallException {
        Call.Method method = methods.get(path.toString());
        if (method == null) {
            throw new CallException(
                    Failure.NOT_SERVED, "no such method (expected: one of SpiffeWorkloadAPI, X.509 or JWT)");
        }
        return method;
    }

    /** Number of applications that watch their certificate. */
    int svidWatchers() {
        return x509Svids.watchers();
    }

    void changed() {
        x509Svids.changed();
        x509Bundles.changed();
        jwtBundles.changed();
    }

    private void fetchJwtSvid(Call call, byte[] message) throws CallException, InvalidProtocolBufferException {
        JWTSVIDRequest request = JWTSVIDRequest.parseFrom(message);
        List<String> audiences = request.getAudienceList();
        if (audiences.isEmpty()
                || audiences.size() > MAX_AUDIENCES
                || audiences.stream().anyMatch(audience -> audience.isEmpty() || audience.length() > MAX_AUDIENCE)) {
            throw new CallException(
                    Failure.BAD_REQUEST,
                    "no audience, too many, or one that is empty or too long (expected: 1 to " + MAX_AUDIENCES
                            + " of 1 to " + MAX_AUDIENCE + " characters)");
        }
        String wanted = request.getSpiffeId();
        if (!wanted.isEmpty() && !wanted.equals(identity.id().toString())) {
            throw new CallException(Failure.NO_IDENTITY, "the workload is " + identity.id() + " only");
        }
        answer(
                call,
                identity.jwtSvid(List.copyOf(audiences))
                        .thenApply(svid -> JWTSVIDResponse.newBuilder()
                                .addSvids(JWTSVID.newBuilder()
                                        .setSpiffeId(svid.subject().toString())
                                        .setSvid(svid.token()))
                                .build()));
    }

    /** Verifies off the event loop: the workload's sessions run there, and checking a signature takes time. */
    private void validateJwtSvid(Call call, byte[] message) throws CallException, InvalidProtocolBufferException {
        ValidateJWTSVIDRequest request = ValidateJWTSVIDRequest.parseFrom(message);
        if (request.getAudience().isEmpty() || request.getSvid().isEmpty()) {
            throw new CallException(Failure.BAD_REQUEST, "no audience or no token (expected: both)");
        }
        answer(
                call,
                identity.bundles()
                        .thenApplyAsync(bundles -> made(() -> validate(request, bundles)), Thread::startVirtualThread));
    }

    private static void answer(Call call, CompletableFuture<? extends MessageLite> answer) {
        var _ = answer.whenCompleteAsync(
                (message, failure) -> {
                    if (failure != null) {
                        call.fail(CallException.of(failure));
                    } else {
                        call.answer(message);
                    }
                },
                call.loop());
    }

    private ValidateJWTSVIDResponse validate(ValidateJWTSVIDRequest request, TrustBundles bundles)
            throws CallException {
        return switch (JwtSvidVerifier.verify(request.getSvid(), request.getAudience(), bundles, identity.now())) {
            case JwtVerification.Verified(var svid) ->
                ValidateJWTSVIDResponse.newBuilder()
                        .setSpiffeId(svid.subject().toString())
                        .setClaims(ApiResponses.claims(svid.claims()))
                        .build();
            case JwtVerification.Rejected rejected ->
                throw new CallException(Failure.BAD_TOKEN, "the token proves nothing: " + rejected);
        };
    }

    /** Makes an answer, or fails with a reason for the caller. */
    private interface Maker<T> {
        T make() throws CallException;
    }

    private static <T> T made(Maker<T> maker) {
        try {
            return maker.make();
        } catch (CallException e) {
            throw new CompletionException(e);
        }
    }
}
