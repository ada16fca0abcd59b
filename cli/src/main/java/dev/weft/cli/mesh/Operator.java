package dev.weft.cli.mesh;

import dev.weft.api.v1.JoinOperatorGrpc;
import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.api.v1.ListRevocationsRequest;
import dev.weft.api.v1.ListRevocationsResponse;
import dev.weft.api.v1.ListTrustDomainsRequest;
import dev.weft.api.v1.RevocationOperatorGrpc;
import dev.weft.api.v1.ShowTrustRequest;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.api.v1.TrustDomainOperatorGrpc;
import dev.weft.api.v1.TrustOperatorGrpc;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.control.operator.OperatorChannel;
import dev.weft.control.refusal.RefusedException;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** The operator's client of a mesh's control plane. */
public final class Operator implements AutoCloseable {

    /** The code of a failure to get an answer: the control plane may come back. */
    public static final String NO_ANSWER = "WEFT-L112";

    /** How long a question may take, also on a machine that is busy with something else. */
    public static final Duration PATIENCE = Duration.ofSeconds(5);

    private final MeshRef mesh;
    private final OperatorChannel channel;
    private final boolean onlyLooks;

    private Operator(MeshRef mesh, OperatorChannel channel, boolean onlyLooks) {
        this.mesh = mesh;
        this.channel = channel;
        this.onlyLooks = onlyLooks;
    }

    /**
     * Creates a client of this mesh's control plane. It connects at the first call.
     *
     * @param stateDirectory the directory that has the operator's socket
     */
    public static Operator of(MeshRef mesh, Path stateDirectory) {
        return new Operator(mesh, OperatorChannel.open(stateDirectory), false);
    }

    /**
     * Creates a client that may only read.
     *
     * @param port the port of this machine that leads to the control plane
     */
    public static Operator looking(MeshRef mesh, int port, String token) {
        return new Operator(mesh, OperatorChannel.forViewer(port, token), true);
    }

    /**
     * Makes a call, or reads a stream to its end.
     *
     * @param call makes a stub on the channel and calls it; set a deadline on the stub
     * @throws CommandFailure if the control plane refuses, with its code, or does not answer (WEFT-L112)
     */
    public <T> T call(Function<ManagedChannel, T> call) {
        try {
            return call.apply(channel.channel());
        } catch (StatusRuntimeException e) {
            throw RefusedException.read(e)
                    .map(refusal -> CommandFailure.of(e.getStatus().getCode(), refusal))
                    .orElseGet(() -> failure(e.getStatus()));
        }
    }

    /**
     * Asks one question.
     *
     * @param service makes a stub, such as {@code TrustOperatorGrpc::newBlockingStub}
     * @param limit how long the answer may take
     * @throws CommandFailure as {@link #call}
     */
    public <S extends AbstractBlockingStub<S>, T> T ask(
            Function<Channel, S> service, Duration limit, Function<S, T> question) {
        return call(channel -> question.apply(service.apply(channel).withDeadlineAfter(limit)));
    }

    /**
     * Asks for anchors, issuers, and what each workload holds.
     *
     * @param limit how long the answer may take
     * @throws CommandFailure as {@link #call}
     */
    public ShowTrustResponse trust(Duration limit) {
        return ask(
                TrustOperatorGrpc::newBlockingStub, limit, it -> it.showTrust(ShowTrustRequest.getDefaultInstance()));
    }

    /** Asks for the trust domains that the mesh knows; limit and failures as of {@link #trust}. */
    public List<TrustDomainInfo> trustDomains(Duration limit) {
        return ask(
                TrustDomainOperatorGrpc::newBlockingStub,
                limit,
                it -> it.listTrustDomains(ListTrustDomainsRequest.getDefaultInstance())
                        .getTrustDomainsList());
    }

    /** Asks what is revoked; limit and failures as of {@link #trust}. */
    public ListRevocationsResponse revocations(Duration limit) {
        return ask(
                RevocationOperatorGrpc::newBlockingStub,
                limit,
                it -> it.listRevocations(ListRevocationsRequest.getDefaultInstance()));
    }

    /** Asks for the machines that joined; limit and failures as of {@link #trust}. */
    public ListMachinesResponse machines(Duration limit) {
        return ask(JoinOperatorGrpc::newBlockingStub, limit, JoinLists::machines);
    }

    private CommandFailure failure(Status status) {
        // gRPC knows no better of a connection that ends while a request is being written.
        Status.Code code = status.getCause() instanceof IOException ? Status.Code.UNAVAILABLE : status.getCode();
        return switch (code) {
            case DEADLINE_EXCEEDED ->
                CommandFailure.failed(
                        NO_ANSWER,
                        "the control plane of mesh " + mesh + " does not answer in time",
                        "it may be busy: try again; 'weft logs --control" + mesh.option() + "' shows what it is doing");
            // CANCELLED: the control plane ended in the middle of the call.
            case UNAVAILABLE, CANCELLED ->
                CommandFailure.failed(
                        NO_ANSWER,
                        "the control plane of mesh " + mesh + " does not answer",
                        "it is restarted when it ends, so try again; 'weft logs "
                                + (mesh.inCluster() ? "--control" : "--events") + mesh.option()
                                + "' shows what happened");
            case UNIMPLEMENTED -> onlyLooks ? looksOnly() : ofAnotherVersion();
            default ->
                CommandFailure.failed(
                        "WEFT-L999",
                        "the control plane of mesh " + mesh + " answered " + status.getCode()
                                + (status.getDescription() == null ? "" : " " + status.getDescription()),
                        "this is a bug in weft: please report it with the output of 'weft logs --control'");
        };
    }

    private CommandFailure looksOnly() {
        return CommandFailure.failed(
                "WEFT-L351",
                "you may view mesh " + mesh
                        + " but not do this, or its control plane has another version and does not know this command",
                "this needs the permission to exec into the pods of namespace weft-system",
                "if the command only shows something: use weft in the control plane's version, or run 'weft upgrade'");
    }

    private CommandFailure ofAnotherVersion() {
        return CommandFailure.failed(
                "WEFT-L113",
                "the control plane of mesh " + mesh + " has another version and does not know this command",
                mesh.inCluster()
                        ? "use weft in that version, or install this version: 'weft install'"
                        : "start the mesh again with this version: 'weft down --mesh " + mesh + "', 'weft up FILE'");
    }

    @Override
    public void close() {
        channel.close();
    }
}
