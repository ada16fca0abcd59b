package dev.weft.control.rotate;

import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.BeginRotationRequest;
import dev.weft.api.v1.BeginRotationResponse;
import dev.weft.api.v1.CreateIssuerRequestRequest;
import dev.weft.api.v1.CreateIssuerRequestResponse;
import dev.weft.api.v1.ForceWithoutRequest;
import dev.weft.api.v1.InstallIssuerRequest;
import dev.weft.api.v1.InstallIssuerResponse;
import dev.weft.api.v1.RollBackRotationRequest;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.SupplyIssuerRequest;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.api.v1.WatchRotationRequest;
import dev.weft.control.refusal.OperatorCalls;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.state.PendingIssuers;
import dev.weft.identity.issue.Issuer;
import dev.weft.mesh.state.StateException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * {@code weft.v1.TrustOperator}: shows and changes issuer and anchors. Calls that change something run one at a time.
 */
public final class TrustOperatorService extends TrustOperatorGrpc.TrustOperatorImplBase implements AutoCloseable {

    private final RotationParts parts;
    private final TrustView view;
    private final IssuerInstallation installation;
    private final Rotations rotations;
    private final RotationRequests requests;
    private final Optional<DirectoryIssuer> directory;

    /**
     * Creates the service of a running control plane; resumes a rotation that a former process left.
     *
     * @throws IOException if that rotation cannot be read
     * @throws StateException if it cannot be understood
     */
    public TrustOperatorService(RotationParts parts, ProxyFollowers followers, RotationTimings timings)
            throws IOException {
        this.parts = parts;
        this.installation = new IssuerInstallation(parts, followers);
        this.rotations = new Rotations(parts, followers, installation, timings);
        this.requests = new RotationRequests(parts, rotations, installation);
        this.directory = parts.issuerDirectory()
                .map(kept -> new DirectoryIssuer(kept, parts, installation, rotations, followers));
        this.view = new TrustView(parts, rotations, directory);
    }

    @Override
    public void showTrust(ShowTrustRequest request, StreamObserver<ShowTrustResponse> responses) {
        answer(responses, view::show);
    }

    @Override
    public void createIssuerRequest(
            CreateIssuerRequestRequest request, StreamObserver<CreateIssuerRequestResponse> responses) {
        change(responses, () -> {
            notWhileRotating();
            notKeptElsewhere();
            PendingIssuers.Request made = installation.createRequest();
            return CreateIssuerRequestResponse.newBuilder()
                    .setCsrPem(made.csrPem())
                    .setSpkiSha256(made.keySha256().hex())
                    .setOthersWaiting(parts.state().pending().requests().size() - 1)
                    .build();
        });
    }

    @Override
    public void installIssuer(InstallIssuerRequest request, StreamObserver<InstallIssuerResponse> responses) {
        change(responses, () -> {
            notWhileRotating();
            notKeptElsewhere();
            Issuer former = installation.install(request.getChainPem(), request.getPrivateKeyPem());
            return InstallIssuerResponse.newBuilder()
                    .setIssuer(view.issuer(parts.issuer().issuer().chain(), AuthorityState.AUTHORITY_STATE_CURRENT))
                    .setFormer(view.issuer(former.chain(), AuthorityState.AUTHORITY_STATE_RETIRING))
                    .build();
        });
    }

    @Override
    public void beginRotation(BeginRotationRequest request, StreamObserver<BeginRotationResponse> responses) {
        change(responses, () -> {
            notWhileRotating();
            return requests.begin(request);
        });
    }

    @Override
    public void supplyIssuer(SupplyIssuerRequest request, StreamObserver<RotationStatus> responses) {
        change(responses, () -> requests.supply(request.getChainPem()));
    }

    @Override
    public void forceWithout(ForceWithoutRequest request, StreamObserver<RotationStatus> responses) {
        change(responses, () -> rotations.forceWithout(Set.copyOf(request.getWorkloadsList())));
    }

    @Override
    public void rollBackRotation(RollBackRotationRequest request, StreamObserver<RotationStatus> responses) {
        change(responses, rotations::rollBack);
    }

    @Override
    public void watchRotation(WatchRotationRequest request, StreamObserver<RotationStatus> responses) {
        new RotationWatch(rotations::status, rotations::closed, (ServerCallStreamObserver<RotationStatus>) responses)
                .begin();
    }

    /** Returns the status of the current or latest rotation; empty if there has been none. */
    public Optional<RotationStatus> rotation() {
        return rotations.status();
    }

    /** Stops; a running rotation stays where it is. */
    @Override
    public void close() throws IOException {
        if (directory.isPresent()) {
            directory.get().close();
        }
        rotations.close();
    }

    private void notWhileRotating() {
        if (rotations.running()) {
            throw new RefusedException(
                    RotationRefusals.ROTATION_RUNS, "a rotation runs", "let it end (weft trust show), or roll it back");
        }
    }

    private void notKeptElsewhere() {
        if (directory.isPresent()) {
            throw requests.keptElsewhere();
        }
    }

    private <T> void change(StreamObserver<T> responses, OperatorCalls.Work<T> work) {
        answer(responses, () -> {
            synchronized (rotations) {
                return work.run();
            }
        });
    }

    private static <T> void answer(StreamObserver<T> responses, OperatorCalls.Work<T> work) {
        OperatorCalls.answer(responses, RotationRefusals.STATE, "the control plane's log says more", work);
    }
}
