package dev.weft.e2e.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.ForceWithoutRequest;
import dev.weft.api.v1.RollBackRotationRequest;
import dev.weft.api.v1.RotationKind;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.api.v1.TrustOperatorGrpc.TrustOperatorBlockingStub;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.identity.issue.IssuerRequests;
import dev.weft.identity.issue.IssuingException;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An operator who rotates a mesh's anchor or issuer on the socket of its control plane. */
public final class Rotator implements AutoCloseable {

    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration ISSUER_LIFETIME = Duration.ofDays(10);

    private final OperatorChannel channel;
    private final TrustDomain trustDomain;

    /** Rotates this mesh, of the trust domain that meshes have by default. */
    public Rotator(Mesh mesh) {
        this(mesh, TrustDomain.parse("cluster.local"));
    }

    /** Rotates this mesh, of this trust domain. */
    public Rotator(Mesh mesh, TrustDomain trustDomain) {
        this.channel = OperatorChannel.open(mesh.state().resolve("control"));
        this.trustDomain = trustDomain;
    }

    private TrustOperatorBlockingStub operator() {
        return TrustOperatorGrpc.newBlockingStub(channel.channel())
                .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Begins to rotate to this anchor; returns the signing request. */
    public String begin(TrustAnchor anchor, boolean emergency) {
        return begin(BeginRotationRequest.newBuilder()
                .setKind(RotationKind.ROTATION_KIND_ANCHOR)
                .setAnchorPem(Pem.encodeCertificates(List.of(anchor.certificate())))
                .setEmergency(emergency)
                .build());
    }

    /** Begins to rotate to another issuer; returns the signing request. */
    public String beginIssuer(boolean emergency) {
        return begin(BeginRotationRequest.newBuilder()
                .setKind(RotationKind.ROTATION_KIND_ISSUER)
                .setEmergency(emergency)
                .build());
    }

    private String begin(BeginRotationRequest request) {
        return operator().beginRotation(request).getCsrPem();
    }

    /** Has the request signed by the anchor and goes on with it. */
    public void supply(TrustAnchor anchor, String csr) throws IssuingException {
        String chain = Pem.encodeCertificates(
                List.of(IssuerRequests.sign(anchor, Pem.decodeCsr(csr), trustDomain, ISSUER_LIFETIME, Instant.now())));
        RotationStatus _ = operator()
                .supplyIssuer(
                        SupplyIssuerRequest.newBuilder().setChainPem(chain).build());
    }

    /**
     * Where the rotation is.
     *
     * @throws AssertionError if the control plane is not there
     */
    public RotationStatus status() {
        try {
            return operator().showTrust(ShowTrustRequest.getDefaultInstance()).getRotation();
        } catch (StatusRuntimeException e) {
            // UNKNOWN is what gRPC makes of a connection that ends while a request is being written.
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE
                    || e.getStatus().getCause() instanceof IOException) {
                channel.channel().resetConnectBackoff();
                throw new AssertionError("no control plane", e);
            }
            throw e;
        }
    }

    /** Follows the rotation until it is at this step, or past it; a control plane that dies meanwhile is waited for. */
    public RotationStatus await(RotationStep step, Duration limit) throws Exception {
        RotationStatus[] last = new RotationStatus[1];
        Eventually.within(limit, () -> {
            last[0] = status();
            List<RotationStep> plan = last[0].getPlanList();
            assertThat(plan).contains(step);
            assertThat(plan.indexOf(last[0].getStep())).as("at %s", last[0]).isGreaterThanOrEqualTo(plan.indexOf(step));
        });
        return last[0];
    }

    /** Goes on without these sidecars. */
    public void forceWithout(String... workloads) {
        RotationStatus _ = operator()
                .forceWithout(ForceWithoutRequest.newBuilder()
                        .addAllWorkloads(List.of(workloads))
                        .build());
    }

    /** Goes back to what was before. */
    public void rollBack() {
        RotationStatus _ = operator().rollBackRotation(RollBackRotationRequest.getDefaultInstance());
    }

    @Override
    public void close() {
        channel.close();
    }
}
