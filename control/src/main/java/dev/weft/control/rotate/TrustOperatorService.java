package dev.weft.control.rotate;

import dev.weft.api.v1.AuthorityState;
import dev.weft.api.v1.CreateIssuerRequestRequest;
import dev.weft.api.v1.CreateIssuerRequestResponse;
import dev.weft.api.v1.InstallIssuerRequest;
import dev.weft.api.v1.InstallIssuerResponse;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.control.state.PendingIssuer;
import dev.weft.control.state.StateException;
import dev.weft.identity.issue.Issuer;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code weft.v1.TrustOperator}. What changes something runs one after another. */
public final class TrustOperatorService extends TrustOperatorGrpc.TrustOperatorImplBase {

    private static final Logger LOG = LoggerFactory.getLogger(TrustOperatorService.class);

    private final TrustParts parts;
    private final TrustView view;
    private final IssuerInstallation installation;
    private final Object changing = new Object();

    /** Over the parts of a control plane that runs. */
    public TrustOperatorService(TrustParts parts, ProxyFollowers followers) {
        this.parts = parts;
        this.view = new TrustView(parts);
        this.installation = new IssuerInstallation(parts, followers);
    }

    /** What a call does. */
    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException;
    }

    @Override
    public void showTrust(ShowTrustRequest request, StreamObserver<ShowTrustResponse> responses) {
        answer(responses, view::show);
    }

    @Override
    public void createIssuerRequest(
            CreateIssuerRequestRequest request, StreamObserver<CreateIssuerRequestResponse> responses) {
        change(responses, () -> {
            PendingIssuer.Request made = installation.createRequest();
            return CreateIssuerRequestResponse.newBuilder()
                    .setCsrPem(made.csrPem())
                    .setSpkiSha256(made.keySha256().hex())
                    .build();
        });
    }

    @Override
    public void installIssuer(InstallIssuerRequest request, StreamObserver<InstallIssuerResponse> responses) {
        change(responses, () -> {
            Issuer former = installation.install(request.getChainPem(), request.getPrivateKeyPem());
            return InstallIssuerResponse.newBuilder()
                    .setIssuer(view.issuer(parts.issuer().issuer().chain(), AuthorityState.AUTHORITY_STATE_CURRENT))
                    .setFormer(view.issuer(former.chain(), AuthorityState.AUTHORITY_STATE_RETIRING))
                    .build();
        });
    }

    private <T> void change(StreamObserver<T> responses, Work<T> work) {
        answer(responses, () -> {
            synchronized (changing) {
                return work.run();
            }
        });
    }

    private static <T> void answer(StreamObserver<T> responses, Work<T> work) {
        T response;
        try {
            response = work.run();
        } catch (RefusedException e) {
            responses.onError(e.status().asRuntimeException());
            return;
        } catch (IOException | UncheckedIOException | StateException e) {
            LOG.atError().setCause(e).log("the state directory cannot be used");
            responses.onError(Status.UNAVAILABLE
                    .withDescription(RefusedException.STATE + ": the state directory cannot be used: " + e.getMessage()
                            + "; the control plane's log says more")
                    .asRuntimeException());
            return;
        }
        responses.onNext(response);
        responses.onCompleted();
    }
}
