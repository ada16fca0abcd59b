package dev.weft.control.server;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CertifyRequest;
import dev.weft.api.v1.CertifyResponse;
import dev.weft.api.v1.IdentityGrpc;
import dev.weft.api.v1.IssueJwtRequest;
import dev.weft.api.v1.IssueJwtResponse;
import dev.weft.control.attest.CallerDeparture;
import dev.weft.control.attest.Proof;
import dev.weft.control.caller.Caller;
import dev.weft.control.certify.CertificateService;
import dev.weft.control.certify.Outcome;
import dev.weft.control.jwt.JwtService;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import dev.weft.identity.jwt.JwtSvid;
import dev.weft.identity.keys.Certificates;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code weft.v1.Identity}: serves the {@link CertificateService} and the {@link JwtService}. */
final class IdentityEndpoint extends IdentityGrpc.IdentityImplBase {

    private static final Logger LOG = LoggerFactory.getLogger(IdentityEndpoint.class);

    private final CertificateService certificates;
    private final JwtService jwts;

    IdentityEndpoint(CertificateService certificates, JwtService jwts) {
        this.certificates = certificates;
        this.jwts = jwts;
    }

    @Override
    public void certify(CertifyRequest request, StreamObserver<CertifyResponse> responses) {
        Caller caller = Caller.current();
        ignoreCancellation(responses);
        Outcome outcome;
        try {
            outcome = certificates.certify(
                    request.getCertificateSigningRequest().toByteArray(),
                    proof(request, caller),
                    caller.address(),
                    departure(Context.current()));
        } catch (RuntimeException e) {
            cannotIssue(e, responses);
            return;
        }
        switch (outcome) {
            case Outcome.Issued issued -> {
                var response = CertifyResponse.newBuilder();
                for (X509Certificate certificate : issued.chain()) {
                    response.addCertificateChain(ByteString.copyFrom(Certificates.encode(certificate)));
                }
                responses.onNext(response.build());
                responses.onCompleted();
            }
            case Outcome.Refused refused ->
                refuse(refused.refusal().reason(), refused.reason(), refused.retryAfter(), responses);
        }
    }

    @Override
    public void issueJwt(IssueJwtRequest request, StreamObserver<IssueJwtResponse> responses) {
        Caller caller = Caller.current();
        ignoreCancellation(responses);
        JwtSvid svid;
        try {
            svid = jwts.issue(caller.chain(), request.getAudiencesList(), request.getTtlSeconds(), caller.address());
        } catch (RefusedException e) {
            responses.onError(e);
            return;
        } catch (RuntimeException e) {
            cannotIssue(e, responses);
            return;
        }
        responses.onNext(IssueJwtResponse.newBuilder().setToken(svid.token()).build());
        responses.onCompleted();
    }

    private static void refuse(Reason reason, String what, Optional<Duration> retryAfter, StreamObserver<?> responses) {
        RefusedException refusal = new RefusedException(reason, what);
        responses.onError(retryAfter.map(refusal::retryAfter).orElse(refusal));
    }

    /** An answer to a caller that is gone is dropped, rather than a failure of the call. */
    private static void ignoreCancellation(StreamObserver<?> responses) {
        if (responses instanceof ServerCallStreamObserver<?> call) {
            call.setOnCancelHandler(() -> {});
        }
    }

    private static void cannotIssue(RuntimeException failure, StreamObserver<?> responses) {
        LOG.atError().setCause(failure).log("issuing failed");
        responses.onError(Status.UNAVAILABLE
                .withDescription("the control plane cannot issue now; its log says why")
                .asRuntimeException());
    }

    private static CallerDeparture departure(Context call) {
        return new CallerDeparture() {
            @Override
            public boolean isGone() {
                return call.isCancelled();
            }

            @Override
            public void onGone(Runnable action) {
                call.addListener(_ -> action.run(), Runnable::run);
            }
        };
    }

    private static Proof proof(CertifyRequest request, Caller caller) {
        if (!request.getJoinToken().isEmpty()) {
            return new Proof.JoinToken(request.getJoinToken());
        }
        if (!request.getWorkloadToken().isEmpty()) {
            return new Proof.WorkloadToken(request.getWorkloadToken());
        }
        return caller.chain().isEmpty() ? new Proof.None() : new Proof.Svid(caller.chain());
    }
}
