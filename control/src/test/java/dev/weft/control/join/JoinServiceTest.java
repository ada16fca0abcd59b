package dev.weft.control.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.CreateTokenRequest;
import dev.weft.api.v1.CreateTokenResponse;
import dev.weft.api.v1.JoinOperatorGrpc;
import dev.weft.api.v1.ListMachinesRequest;
import dev.weft.api.v1.ListTokensRequest;
import dev.weft.api.v1.RevokeMachineRequest;
import dev.weft.api.v1.RevokeTokenRequest;
import dev.weft.control.certify.AuditLog;
import dev.weft.control.operator.OperatorSocket;
import dev.weft.control.state.ControlState;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machine;
import dev.weft.control.token.Machines;
import dev.weft.control.token.TokenCheck;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.SerialNumber;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as operators reach it, over its socket. */
final class JoinServiceTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("test.example");
    private static final SpiffeId LAPTOP = SpiffeId.ofServiceAccount(DOMAIN, "shop", "laptop");

    private static final class Shop implements JoinMesh {
        @Override
        public TrustDomain trustDomain() {
            return DOMAIN;
        }

        @Override
        public String listen() {
            return "192.0.2.1:15012";
        }

        @Override
        public Optional<SpiffeId> identityOf(String workload) {
            return workload.equals("shop/laptop") ? Optional.of(LAPTOP) : Optional.empty();
        }

        @Override
        public List<String> addressesOf(String workload) {
            return workload.equals("shop/laptop") ? List.of("192.0.2.7", "2001:db8::7") : List.of();
        }

        @Override
        public MeshEndpoint.Presence presence(Machine machine) {
            return new MeshEndpoint.Presence(true, Optional.of(Instant.ofEpochSecond(1_000)));
        }
    }

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Clock clock = Clock.systemUTC();
    private final TrustAnchor anchor = TrustAnchors.create("anchor", Duration.ofDays(30), clock);

    @SuppressWarnings("NullAway.Init")
    private JoinTokens tokens;

    @SuppressWarnings("NullAway.Init")
    private Machines machines;

    @SuppressWarnings("NullAway.Init")
    private TrustSource trust;

    @SuppressWarnings("NullAway.Init")
    private OperatorSocket socket;

    @SuppressWarnings("NullAway.Init")
    private JoinOperatorGrpc.JoinOperatorBlockingStub stub;

    @SuppressWarnings("NullAway.Init")
    private AuditLog audit;

    @BeforeEach
    void start() throws IOException {
        Path state = directory.resolve("state");
        ControlState control = ControlState.initialise(state, DOMAIN, clock);
        tokens = new JoinTokens(control.tokens(), clock);
        machines = new Machines(control.machines(), clock);
        trust = new TrustSource(DOMAIN, control.store());
        trust.changeOwn(own -> own.withAnchors(List.of(anchor.certificate())));
        audit = AuditLog.toFile(directory.resolve("audit"));
        socket = new OperatorSocket(state, new JoinService(tokens, machines, trust, audit, new Shop(), clock));
        stub = JoinOperatorGrpc.newBlockingStub(socket.channel());
    }

    @AfterEach
    void stop() {
        socket.close();
        audit.close();
    }

    private CreateTokenResponse create() {
        return stub.createToken(CreateTokenRequest.newBuilder()
                .setNamespace("shop")
                .setWorkload("laptop")
                .setLifetime(60)
                .build());
    }

    /** On a disk that is full as far as the audit log goes. */
    private JoinOperatorGrpc.JoinOperatorBlockingStub unaudited() throws IOException {
        socket.close();
        Path state = directory.resolve("state");
        AuditLog full = AuditLog.toFile(Path.of("/dev/full"));
        socket = new OperatorSocket(state, new JoinService(tokens, machines, trust, full, new Shop(), clock));
        return JoinOperatorGrpc.newBlockingStub(socket.channel());
    }

    @Test
    void revokesAMachineAndATokenAlthoughTheAuditLogCannotBeWrittenAndSaysSo() throws IOException {
        CreateTokenResponse used = create();
        CreateTokenResponse unused = create();
        TokenCheck consumed = tokens.consume(used.getToken());
        assertThat(consumed).isInstanceOf(TokenCheck.Accepted.class);
        machines.joined(((TokenCheck.Accepted) consumed).token(), anchor.certificate(), "192.0.2.7");
        JoinOperatorGrpc.JoinOperatorBlockingStub operator = unaudited();

        var revoked = operator.revokeMachine(
                RevokeMachineRequest.newBuilder().setId(used.getInfo().getId()).build());
        assertThat(revoked.getRemark()).startsWith("WEFT-C113").contains("it is done");
        assertThat(machines.revoked(anchor.certificate())).isTrue();
        assertThat(trust.bundles().find(DOMAIN).orElseThrow().revocations().certificates())
                .hasSize(1);
        assertThat(operator.revokeToken(RevokeTokenRequest.newBuilder()
                                .setId(unused.getInfo().getId())
                                .build())
                        .getRemark())
                .startsWith("WEFT-C113");
        assertThat(tokens.granted()).isEmpty();
    }

    @Test
    void givesNoTokenThatTheAuditLogDoesNotKnow() throws IOException {
        JoinOperatorGrpc.JoinOperatorBlockingStub operator = unaudited();
        assertThatThrownBy(() -> operator.createToken(CreateTokenRequest.newBuilder()
                        .setNamespace("shop")
                        .setWorkload("laptop")
                        .setLifetime(60)
                        .build()))
                .hasMessageContaining("WEFT-C074");
        assertThat(tokens.granted()).isEmpty();
    }

    /** Links to one token stand for others: each name is a token of its own. */
    @Test
    void saysWhatToDoWhenAsManyTokensAreOpenAsMayBe() throws IOException {
        CreateTokenResponse first = create();
        Path folder = directory.resolve("state/tokens");
        Path file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        for (int i = 1; i < JoinTokens.MAX_OPEN; i++) {
            Files.createLink(folder.resolve("%064x.json".formatted(i)), file);
        }
        assertRefused(this::create, Status.Code.RESOURCE_EXHAUSTED, "WEFT-C075: 10000 join tokens are open");
        assertThatThrownBy(this::create).hasMessageContaining("weft token revoke");

        RevokeTokenRequest revoked =
                RevokeTokenRequest.newBuilder().setId(first.getInfo().getId()).build();
        assertThat(stub.revokeToken(revoked).getRemark()).isEmpty();
        assertThat(create().getToken()).isNotEmpty();
    }

    @Test
    void saysHowFarAMachineIsRevokedWhenTheBundleCannotBeWritten() throws IOException {
        CreateTokenResponse used = create();
        TokenCheck consumed = tokens.consume(used.getToken());
        machines.joined(((TokenCheck.Accepted) consumed).token(), anchor.certificate(), "192.0.2.7");
        Path sequence = directory.resolve("state/bundle-sequence");
        Files.delete(sequence);
        Files.createDirectory(sequence);
        assertThatThrownBy(() -> stub.revokeMachine(RevokeMachineRequest.newBuilder()
                        .setId(used.getInfo().getId())
                        .build()))
                .hasMessageContaining("WEFT-C111")
                .hasMessageContaining("gets no other certificate")
                .hasMessageNotContaining("nothing has changed");
    }

    @Test
    void givesAMachineAllThatItNeeds() throws IOException {
        CreateTokenResponse created = create();

        assertThat(tokens.consume(created.getToken()))
                .isInstanceOfSatisfying(
                        TokenCheck.Accepted.class,
                        accepted -> assertThat(accepted.token().identity()).isEqualTo(LAPTOP));
        assertThat(created.getInfo().getIdentity()).isEqualTo(LAPTOP.toString());
        assertThat(created.getInfo().getWorkload()).isEqualTo("shop/laptop");
        assertThat(created.getInfo().getEnds() - created.getInfo().getCreated()).isEqualTo(60);
        assertThat(created.getListen()).isEqualTo("192.0.2.1:15012");
        assertThat(created.getTrustDomain()).isEqualTo("test.example");
        assertThat(created.getAnchorsCount()).isEqualTo(1);
        assertThat(Files.readString(directory.resolve("audit")))
                .contains("token-created", created.getInfo().getId(), LAPTOP.toString())
                .doesNotContain(created.getToken());
    }

    @Test
    void makesATokenForAServiceAccountAlone() {
        CreateTokenResponse created = stub.createToken(CreateTokenRequest.newBuilder()
                .setNamespace("shop")
                .setServiceAccount("batch")
                .setLifetime(60)
                .build());
        assertThat(created.getInfo().getIdentity()).isEqualTo("spiffe://test.example/ns/shop/sa/batch");
        assertThat(created.getInfo().getWorkload()).isEmpty();
    }

    @Test
    void refusesTheControlPlanesOwnIdentity() {
        assertRefused(
                () -> stub.createToken(CreateTokenRequest.newBuilder()
                        .setNamespace("weft-system")
                        .setServiceAccount("weft-control")
                        .setLifetime(60)
                        .build()),
                Status.Code.FAILED_PRECONDITION,
                "WEFT-C100: weft-system/weft-control is the control plane's own identity; ");
    }

    @Test
    void refusesAWorkloadThatTheRegistryDoesNotHave() {
        assertRefused(
                () -> stub.createToken(CreateTokenRequest.newBuilder()
                        .setNamespace("shop")
                        .setWorkload("phone")
                        .setLifetime(60)
                        .build()),
                Status.Code.FAILED_PRECONDITION,
                "WEFT-C073: the registry has no meshed workload shop/phone; ");
    }

    @Test
    void refusesAnotherServiceAccountThanTheWorkloads() {
        assertRefused(
                () -> stub.createToken(CreateTokenRequest.newBuilder()
                        .setNamespace("shop")
                        .setWorkload("laptop")
                        .setServiceAccount("api")
                        .setLifetime(60)
                        .build()),
                Status.Code.FAILED_PRECONDITION,
                "WEFT-C073: workload shop/laptop is shop/laptop, not shop/api; ");
    }

    @Test
    void refusesALifetimeOutOfRange() {
        for (long seconds : new long[] {0, -1, Duration.ofDays(31).toSeconds()}) {
            assertRefused(
                    () -> stub.createToken(CreateTokenRequest.newBuilder()
                            .setNamespace("shop")
                            .setServiceAccount("batch")
                            .setLifetime(seconds)
                            .build()),
                    Status.Code.INVALID_ARGUMENT,
                    "WEFT-C072: lifetime: " + seconds);
        }
    }

    @Test
    void refusesAServiceAccountThatIsNone() {
        assertRefused(
                () -> stub.createToken(CreateTokenRequest.newBuilder()
                        .setNamespace("shop")
                        .setServiceAccount("a/b")
                        .setLifetime(60)
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "WEFT-C072: service account: ");
    }

    @Test
    void listsTokensOpenAndUsedAndNeverATokenItself() {
        CreateTokenResponse open = create();
        CreateTokenResponse used = create();
        tokens.create(LAPTOP, Duration.ofHours(1));
        join(used.getToken());

        var response = stub.listTokens(ListTokensRequest.getDefaultInstance());
        assertThat(response.getTokensList())
                .extracting(dev.weft.api.v1.JoinToken::getId)
                .containsExactlyInAnyOrder(
                        open.getInfo().getId(), used.getInfo().getId());
        assertThat(new String(response.toByteArray(), StandardCharsets.ISO_8859_1))
                .contains(open.getInfo().getId())
                .doesNotContain(open.getToken())
                .doesNotContain(used.getToken());
        assertThat(response.getTokensList())
                .filteredOn(dev.weft.api.v1.JoinToken::hasUse)
                .singleElement()
                .satisfies(token -> assertThat(token.getUse().getAddress()).isEqualTo("192.0.2.7"));
    }

    @Test
    void revokesAnOpenToken() throws IOException {
        CreateTokenResponse created = create();
        RevokeTokenRequest request =
                RevokeTokenRequest.newBuilder().setId(created.getInfo().getId()).build();
        assertThat(stub.revokeToken(request).getToken().getId())
                .isEqualTo(created.getInfo().getId());
        assertThat(tokens.consume(created.getToken())).isInstanceOf(TokenCheck.Refused.class);
        assertThat(stub.listTokens(ListTokensRequest.getDefaultInstance()).getTokensList())
                .isEmpty();
        assertRefused(() -> stub.revokeToken(request), Status.Code.NOT_FOUND, "WEFT-C071: no token ");
        assertThat(Files.readString(directory.resolve("audit"))).contains("token-revoked");
    }

    @Test
    void saysThatAUsedTokenIsAMachine() {
        CreateTokenResponse created = create();
        join(created.getToken());
        assertRefused(
                () -> stub.revokeToken(RevokeTokenRequest.newBuilder()
                        .setId(created.getInfo().getId())
                        .build()),
                Status.Code.FAILED_PRECONDITION,
                "WEFT-C071: token " + created.getInfo().getId() + " has been used; 'weft machine revoke");
    }

    @Test
    void listsAndRevokesMachines() throws IOException {
        CreateTokenResponse created = create();
        X509Certificate leaf = join(created.getToken());
        String id = created.getInfo().getId();

        var listed = stub.listMachines(ListMachinesRequest.getDefaultInstance()).getMachinesList();
        assertThat(listed).singleElement().satisfies(machine -> {
            assertThat(machine.getToken().getId()).isEqualTo(id);
            assertThat(machine.getSerialNumber())
                    .isEqualTo(leaf.getSerialNumber().toString(16));
            assertThat(machine.getAddress()).isEqualTo("192.0.2.7");
            assertThat(machine.getCertificateEnds())
                    .isEqualTo(leaf.getNotAfter().toInstant().getEpochSecond());
            assertThat(machine.getRevoked()).isZero();
            assertThat(machine.getAddressesList()).containsExactly("192.0.2.7", "2001:db8::7");
            assertThat(machine.getConnected()).isTrue();
            assertThat(machine.getSince()).isEqualTo(1_000);
        });
        RevokeMachineRequest request =
                RevokeMachineRequest.newBuilder().setId(id).build();
        assertThat(stub.revokeMachine(request).getMachine().getRevoked()).isPositive();
        assertThat(machines.revoked(leaf)).isTrue();
        assertThat(trust.bundles().find(DOMAIN).orElseThrow().revocations().certificates())
                .containsExactly(SerialNumber.of(leaf));
        assertThat(Files.readString(directory.resolve("audit"))).contains("machine-revoked");
    }

    @Test
    void refusesAnIdThatIsNone() {
        for (String id : List.of("", "*", "../../etc", "0123456789AB", "0123456789abc")) {
            assertRefused(
                    () -> stub.revokeToken(
                            RevokeTokenRequest.newBuilder().setId(id).build()),
                    Status.Code.INVALID_ARGUMENT,
                    "WEFT-C072: id: ");
            assertRefused(
                    () -> stub.revokeMachine(
                            RevokeMachineRequest.newBuilder().setId(id).build()),
                    Status.Code.INVALID_ARGUMENT,
                    "WEFT-C072: id: ");
        }
        assertRefused(
                () -> stub.revokeMachine(
                        RevokeMachineRequest.newBuilder().setId("0123456789ab").build()),
                Status.Code.NOT_FOUND,
                "WEFT-C071: no machine ");
    }

    @Test
    void saysThatTheStateDirectoryCannotBeWritten() throws IOException {
        Files.writeString(directory.resolve("state").resolve("tokens"), "in the way");
        assertRefused(this::create, Status.Code.UNAVAILABLE, "WEFT-C074: ");
    }

    private X509Certificate join(String token) {
        X509Certificate leaf = Issuer.createUnder(anchor, DOMAIN, Duration.ofDays(1), clock.instant())
                .issue(KeyPairs.generateP256().getPublic(), LAPTOP, Duration.ofHours(1), clock.instant())
                .getFirst();
        machines.joined(((TokenCheck.Accepted) tokens.consume(token)).token(), leaf, "192.0.2.7");
        return leaf;
    }

    private static void assertRefused(ThrowingCallable call, Status.Code code, String description) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).startsWith(description);
        });
    }
}
