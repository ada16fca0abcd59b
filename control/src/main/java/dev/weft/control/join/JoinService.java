package dev.weft.control.join;

import com.google.protobuf.ByteString;
import dev.weft.api.v1.CreateTokenRequest;
import dev.weft.api.v1.CreateTokenResponse;
import dev.weft.api.v1.JoinOperatorGrpc;
import dev.weft.api.v1.ListMachinesRequest;
import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.api.v1.ListTokensRequest;
import dev.weft.api.v1.ListTokensResponse;
import dev.weft.api.v1.RevokeMachineRequest;
import dev.weft.api.v1.RevokeMachineResponse;
import dev.weft.api.v1.RevokeTokenRequest;
import dev.weft.api.v1.RevokeTokenResponse;
import dev.weft.control.certify.AuditLog;
import dev.weft.control.refusal.OperatorCalls;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.token.JoinToken;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machine;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.keys.Certificates;
import dev.weft.identity.spiffe.ServiceAccount;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.model.ReservedIdentity;
import dev.weft.mesh.state.StateException;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code weft.v1.JoinOperator}: lets operators create, list and revoke join tokens and machines. */
public final class JoinService extends JoinOperatorGrpc.JoinOperatorImplBase {

    private static final Reason NOT_FOUND = Reason.of("WEFT-C071", Code.NOT_FOUND);
    private static final Reason BAD_REQUEST = Reason.of("WEFT-C072", Code.INVALID_ARGUMENT);
    private static final Reason NO_WORKLOAD = Reason.of("WEFT-C073", Code.FAILED_PRECONDITION);
    private static final Reason RESERVED = Reason.of("WEFT-C100", Code.FAILED_PRECONDITION);
    private static final Reason FULL = Reason.of("WEFT-C075", Code.RESOURCE_EXHAUSTED);
    private static final Reason CANNOT_WRITE = Reason.of("WEFT-C074", Code.UNAVAILABLE);
    private static final Reason HALF_REVOKED = Reason.of("WEFT-C111", Code.UNAVAILABLE);

    private static final Logger LOG = LoggerFactory.getLogger(JoinService.class);

    private final JoinTokens tokens;
    private final Machines machines;
    private final TrustSource trust;
    private final AuditLog audit;
    private final JoinMesh mesh;
    private final Clock clock;

    public JoinService(
            JoinTokens tokens, Machines machines, TrustSource trust, AuditLog audit, JoinMesh mesh, Clock clock) {
        this.tokens = tokens;
        this.machines = machines;
        this.trust = trust;
        this.audit = audit;
        this.mesh = mesh;
        this.clock = clock;
    }

    @Override
    public void createToken(CreateTokenRequest request, StreamObserver<CreateTokenResponse> responses) {
        answer(responses, () -> {
            Optional<String> workload = request.getWorkload().isEmpty()
                    ? Optional.empty()
                    : Optional.of(request.getNamespace() + "/" + request.getWorkload());
            SpiffeId identity = identity(request, workload);
            Duration lifetime = Duration.ofSeconds(request.getLifetime());
            if (!lifetime.isPositive() || lifetime.compareTo(JoinTokens.MAX_LIFETIME) > 0) {
                throw new RefusedException(
                        BAD_REQUEST,
                        "lifetime: " + lifetime.toSeconds() + " s",
                        "1 s to " + JoinTokens.MAX_LIFETIME.toDays() + " days are possible");
            }
            if (tokens.isFull()) {
                throw new RefusedException(
                        FULL,
                        JoinTokens.MAX_OPEN + " join tokens are open, which is the most",
                        "'weft token list' has them: revoke those that are not needed by 'weft token revoke', or wait"
                                + " until some are used or expire");
            }
            JoinTokens.Created created = tokens.grant(identity, workload, lifetime);
            try {
                audit.record(event("token-created", created.info()));
            } catch (UncheckedIOException e) {
                // A certificate that the audit log does not record must not be used.
                var _ = tokens.revoke(created.info().id());
                throw e;
            }
            CreateTokenResponse.Builder response = CreateTokenResponse.newBuilder()
                    .setToken(created.token())
                    .setInfo(JoinMessages.of(created.info()))
                    .setListen(mesh.listen())
                    .setTrustDomain(mesh.trustDomain().name());
            trust.own()
                    .anchors()
                    .forEach(anchor -> response.addAnchors(ByteString.copyFrom(Certificates.encode(anchor))));
            return response.build();
        });
    }

    private SpiffeId identity(CreateTokenRequest request, Optional<String> workload) {
        SpiffeId identity = asked(request, workload);
        if (ReservedIdentity.is(identity)) {
            throw new RefusedException(
                    RESERVED,
                    account(identity) + " is the control plane's own identity",
                    "choose another service account");
        }
        return identity;
    }

    private SpiffeId asked(CreateTokenRequest request, Optional<String> workload) {
        Optional<SpiffeId> registered = workload.map(name -> mesh.identityOf(name)
                .orElseThrow(() -> new RefusedException(
                        NO_WORKLOAD,
                        "the registry has no meshed workload " + name,
                        "add a Workload with the machine's addresses first")));
        if (request.getServiceAccount().isEmpty() && registered.isPresent()) {
            return registered.get();
        }
        SpiffeId asked;
        try {
            asked = SpiffeId.ofServiceAccount(mesh.trustDomain(), request.getNamespace(), request.getServiceAccount());
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    BAD_REQUEST, "service account: " + e.getMessage(), "it has the form namespace/name");
        }
        if (registered.isPresent() && !registered.get().equals(asked)) {
            throw new RefusedException(
                    NO_WORKLOAD,
                    "workload " + workload.orElseThrow() + " is " + account(registered.get()) + ", not "
                            + account(asked),
                    "leave the service account away, or change the Workload");
        }
        return asked;
    }

    @Override
    public void listTokens(ListTokensRequest request, StreamObserver<ListTokensResponse> responses) {
        answer(responses, () -> {
            List<Page.Item<dev.weft.api.v1.JoinToken>> all = new ArrayList<>();
            tokens.granted().forEach(token -> all.add(new Page.Item<>(place(token), () -> JoinMessages.of(token))));
            machines.list()
                    .forEach(machine ->
                            all.add(new Page.Item<>(place(machine.token()), () -> JoinMessages.used(machine))));
            Page<dev.weft.api.v1.JoinToken> page =
                    Page.of(all, Page.Part.of(request.getPaged(), after(request.getAfter())));
            return ListTokensResponse.newBuilder()
                    .addAllTokens(page.items())
                    .setNext(page.next())
                    .setNow(clock.instant().getEpochSecond())
                    .build();
        });
    }

    private static Page.Place place(JoinToken token) {
        return new Page.Place(token.granted().map(Instant::getEpochSecond).orElse(0L), token.id());
    }

    /** Returns where a page begins; empty for the first page. */
    private static Optional<Page.Place> after(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Page.Place.parse(text)
                .orElseThrow(() -> new RefusedException(
                        BAD_REQUEST, "after: not of an answer", "it is what the page before has as next")));
    }

    @Override
    public void revokeToken(RevokeTokenRequest request, StreamObserver<RevokeTokenResponse> responses) {
        answer(responses, () -> {
            String id = checked(request.getId());
            JoinToken revoked = tokens.revoke(id).orElseThrow(() -> noToken(id));
            return RevokeTokenResponse.newBuilder()
                    .setRemark(audit.recordDone(event("token-revoked", revoked)))
                    .setToken(JoinMessages.of(revoked))
                    .build();
        });
    }

    private RefusedException noToken(String id) {
        boolean used = machines.list().stream()
                .anyMatch(machine -> machine.token().id().equals(id));
        return used
                ? new RefusedException(
                        NOT_FOUND.as(Code.FAILED_PRECONDITION),
                        "token " + id + " has been used",
                        "'weft machine revoke " + id + "' ends what joined by it")
                : new RefusedException(NOT_FOUND, "no token " + id, "'weft token list' has those there are");
    }

    @Override
    public void listMachines(ListMachinesRequest request, StreamObserver<ListMachinesResponse> responses) {
        answer(responses, () -> {
            Page<dev.weft.api.v1.Machine> page = Page.of(
                    machines.list().stream()
                            .map(machine -> new Page.Item<>(
                                    new Page.Place(
                                            machine.joined().getEpochSecond(),
                                            machine.token().id()),
                                    () -> message(machine)))
                            .toList(),
                    Page.Part.of(request.getPaged(), after(request.getAfter())));
            return ListMachinesResponse.newBuilder()
                    .addAllMachines(page.items())
                    .setNext(page.next())
                    .setNow(clock.instant().getEpochSecond())
                    .build();
        });
    }

    private dev.weft.api.v1.Machine message(Machine machine) {
        List<String> addresses =
                machine.token().workload().map(mesh::addressesOf).orElse(List.of());
        return JoinMessages.of(machine, addresses, mesh.presence(machine));
    }

    @Override
    public void revokeMachine(RevokeMachineRequest request, StreamObserver<RevokeMachineResponse> responses) {
        answer(responses, () -> {
            String id = checked(request.getId());
            Machine revoked = machines.revoke(id)
                    .orElseThrow(() -> new RefusedException(
                            NOT_FOUND, "no machine " + id, "'weft machine list' lists all machines"));
            String remark = audit.recordDone(event("machine-revoked", revoked.token()));
            try {
                trust.changeMachines(machines::revokedCertificates);
            } catch (UncheckedIOException | StateException e) {
                LOG.atError().setCause(e).addKeyValue("machine", id).log("a revocation is not in the trust bundle yet");
                throw new RefusedException(
                        HALF_REVOKED,
                        "machine " + id
                                + " gets no other certificate from now on, but its present certificate is refused only "
                                + "when the trust bundle can be written: " + e.getMessage(),
                        "it is tried again every minute");
            }
            return RevokeMachineResponse.newBuilder()
                    .setRemark(remark)
                    .setMachine(message(revoked))
                    .build();
        });
    }

    private Map<String, Object> event(String what, JoinToken token) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("time", clock.instant());
        event.put("event", what);
        event.put("id", token.id());
        event.put("identity", token.identity());
        token.workload().ifPresent(workload -> event.put("workload", workload));
        event.put("expires", token.expires());
        return event;
    }

    private static String checked(String id) {
        if (!JoinToken.isId(id)) {
            throw new RefusedException(
                    BAD_REQUEST,
                    "id: not " + JoinToken.ID_LENGTH + " hexadecimal digits",
                    "'weft token list' and 'weft machine list' " + "have the ids");
        }
        return id;
    }

    private static String account(SpiffeId id) {
        return id.serviceAccount().map(ServiceAccount::toString).orElse(id.toString());
    }

    private static <T> void answer(StreamObserver<T> responses, OperatorCalls.Work<T> work) {
        OperatorCalls.answer(responses, CANNOT_WRITE, "nothing has changed: look at the state directory", work);
    }
}
