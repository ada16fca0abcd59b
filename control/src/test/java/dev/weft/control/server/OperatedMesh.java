package dev.weft.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.ListRevocationsRequest;
import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.api.v1.RevokeRequest;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.TrustBundle;
import dev.weft.api.v1.TrustDomainOperatorGrpc;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.api.v1.WatchResponse;
import dev.weft.control.ControlPlane;
import dev.weft.control.TestControlPlanes;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.control.state.ControlState;
import dev.weft.control.token.JoinTokens;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The control plane of a small mesh, with its socket, its state and its operator. */
final class OperatedMesh implements AutoCloseable {

    private static final String MESH = """
            {apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: web, namespace: shop}, spec: {serviceAccount: web}}
            ---
            {apiVersion: weft.dev/v1alpha1, kind: Workload, metadata: {name: api, namespace: shop}, spec: {serviceAccount: api}}
            ---
            {apiVersion: weft.dev/v1alpha1, kind: TrustDomain, metadata: {name: other.example}, spec: {}}
            ---
            {apiVersion: weft.dev/v1alpha1, kind: TrustDomain, metadata: {name: shut.example}, spec: {state: Disabled}}
            ---
            {apiVersion: weft.dev/v1alpha1, kind: Revocation, metadata: {name: of-a-file}, spec: {certificate: {serialNumber: "0A"}}}
            """;

    private final Path directory;
    private ControlPlane plane;
    private OperatorChannel operator;

    /** One that runs, with its files in this directory. */
    OperatedMesh(Path directory) throws IOException {
        this.directory = directory;
        Files.writeString(registry(), MESH);
        plane = begin(Clock.systemUTC());
        operator = OperatorChannel.open(state());
    }

    /** The file of its objects. */
    Path registry() {
        return directory.resolve("mesh.yaml");
    }

    /** The control plane's state directory. */
    Path state() {
        return directory.resolve("state");
    }

    private ControlPlane begin(Clock clock) throws IOException {
        return TestControlPlanes.start(registry(), state(), TestPlane.DOMAIN.name(), clock);
    }

    /** Stops the control plane, and starts another over the same files. */
    void restart() throws IOException {
        restart(Clock.systemUTC());
    }

    void restart(Clock clock) throws IOException {
        close();
        open(clock);
    }

    /**
     * Starts a control plane where none runs.
     *
     * @throws dev.weft.mesh.state.StateException if its state cannot be understood
     */
    void open(Clock clock) throws IOException {
        plane = begin(clock);
        operator = OperatorChannel.open(state());
    }

    RevocationOperatorGrpc.RevocationOperatorBlockingStub revocations() {
        return RevocationOperatorGrpc.newBlockingStub(operator.channel()).withDeadlineAfter(40, TimeUnit.SECONDS);
    }

    TrustDomainOperatorGrpc.TrustDomainOperatorBlockingStub domains() {
        return TrustDomainOperatorGrpc.newBlockingStub(operator.channel()).withDeadlineAfter(40, TimeUnit.SECONDS);
    }

    /** Of the certificate that the control plane shows to those who connect. */
    String served() {
        return TrustOperatorGrpc.newBlockingStub(operator.channel())
                .showTrust(ShowTrustRequest.getDefaultInstance())
                .getControlPlane()
                .getSerialNumber();
    }

    List<RevocationInfo> listed() {
        return revocations()
                .listRevocations(ListRevocationsRequest.getDefaultInstance())
                .getRevocationsList();
    }

    List<String> serials() {
        return listed().stream().map(info -> info.getTarget().getSerialNumber()).toList();
    }

    String refused(RevokeRequest request, Status.Code code) {
        return refusal(() -> revocations().revoke(request), code);
    }

    static String refusal(ThrowingCallable call, Status.Code code) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(failure.getStatus().getCode()).as(failure.toString()).isEqualTo(code);
        return String.valueOf(failure.getStatus().getDescription());
    }

    static RevokeRequest serial(String hex, int wait) {
        return RevokeRequest.newBuilder()
                .setTarget(RevocationTarget.newBuilder().setSerialNumber(hex))
                .setWaitMillis(wait)
                .build();
    }

    static RevokeRequest identity(SpiffeId id, int wait) {
        return RevokeRequest.newBuilder()
                .setTarget(RevocationTarget.newBuilder()
                        .setIdentity(IdentityTarget.newBuilder().setSpiffeId(id.toString())))
                .setWaitMillis(wait)
                .build();
    }

    static RevokeRequest identity(SpiffeId id, Instant issuedBefore) {
        return RevokeRequest.newBuilder()
                .setTarget(RevocationTarget.newBuilder()
                        .setIdentity(IdentityTarget.newBuilder()
                                .setSpiffeId(id.toString())
                                .setIssuedBefore(issuedBefore.getEpochSecond())))
                .build();
    }

    static TrustBundle bundle(WatchResponse response) {
        assertThat(response.getResourcesList()).hasSize(1);
        return response.getResources(0).getTrustBundle();
    }

    /** A stream whose sidecar has acknowledged what it was told at first. */
    static TestWatch watching(TestClient client, String workload) throws Exception {
        TestWatch watch = client.watch();
        watch.hello(workload, Map.of());
        watch.next();
        return watch;
    }

    /** A sidecar with the certificate that the control plane gave it for a token. */
    TestClient client(SpiffeId id) throws Exception {
        TrustBundles trusted = TrustBundles.of(dev.weft.identity.trust.TrustBundle.of(
                TestPlane.DOMAIN, Pem.decodeCertificates(Files.readString(state().resolve("anchor.pem")))));
        ControlState kept = ControlState.initialise(state(), TestPlane.DOMAIN, Clock.systemUTC());
        String token = new JoinTokens(kept.tokens(), Clock.systemUTC()).create(id, Duration.ofMinutes(1));
        KeyPair keys = KeyPairs.generateP256();
        try (TestClient nobody = new TestClient(plane.port(), trusted, Optional.empty())) {
            List<X509Certificate> chain = Certificates.decodeAll(
                    nobody
                            .certify(CertificateSigningRequests.create(keys, id), token)
                            .getCertificateChainList()
                            .stream()
                            .map(ByteString::toByteArray)
                            .toList());
            return new TestClient(plane.port(), trusted, Optional.of(new X509Svid(id, chain, keys.getPrivate())));
        }
    }

    /** Stops the control plane; its files stay. */
    @Override
    public void close() {
        operator.close();
        plane.close();
    }
}
