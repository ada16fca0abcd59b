package dev.weft.control.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.JoinOperatorGrpc;
import dev.weft.api.v1.ListMachinesRequest;
import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.api.v1.ListTokensRequest;
import dev.weft.api.v1.ListTokensResponse;
import dev.weft.contracts.MemoryStore;
import dev.weft.control.certify.AuditLog;
import dev.weft.control.operator.OperatorSocket;
import dev.weft.control.token.JoinToken;
import dev.weft.control.token.JoinTokens;
import dev.weft.control.token.Machine;
import dev.weft.control.token.Machines;
import dev.weft.control.trust.TrustSource;
import dev.weft.control.watch.MeshEndpoint;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long lists of machines and tokens reach an operator, over the socket. */
final class JoinListsTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("test.example");
    private static final SpiffeId LAPTOP = SpiffeId.ofServiceAccount(DOMAIN, "shop", "laptop");
    private static final int VERY_MANY = 9_000;
    private static final String WORKLOAD = "shop/" + "laptop".repeat(30);
    /** A page, and the rest of its message. */
    private static final int MAX_ANSWER = 1024 * 1024 + 64 * 1024;

    private static final class Mesh implements JoinMesh {
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
            return Optional.of(LAPTOP);
        }

        @Override
        public List<String> addressesOf(String workload) {
            return List.of("192.0.2.7", "2001:db8:1234:5678:9abc:def0:1234:5678");
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
    private final MemoryStore store = new MemoryStore();
    private final JoinTokens tokens = new JoinTokens(store, clock);
    private final X509Certificate leaf =
            TrustAnchors.create("anchor", Duration.ofDays(30), clock).certificate();

    @SuppressWarnings("NullAway.Init")
    private Machines machines;

    @SuppressWarnings("NullAway.Init")
    private OperatorSocket socket;

    @SuppressWarnings("NullAway.Init")
    private AuditLog audit;

    @SuppressWarnings("NullAway.Init")
    private JoinOperatorGrpc.JoinOperatorBlockingStub operator;

    @BeforeEach
    void start() throws IOException {
        machines = new Machines(store, clock);
        audit = AuditLog.toFile(directory.resolve("audit"));
        JoinService service =
                new JoinService(tokens, machines, new TrustSource(DOMAIN, store), audit, new Mesh(), clock);
        socket = new OperatorSocket(directory, service);
        operator = JoinOperatorGrpc.newBlockingStub(socket.channel());
    }

    @AfterEach
    void stop() {
        socket.close();
        audit.close();
    }

    @Test
    void veryManyMachinesAreToldInPagesOfABoundedSize() {
        for (int i = 0; i < VERY_MANY; i++) {
            machines.joined(token(i), leaf, "192.0.2.7");
        }
        List<String> told = new ArrayList<>();
        String after = "";
        do {
            ListMachinesResponse page = operator.listMachines(ListMachinesRequest.newBuilder()
                    .setPaged(true)
                    .setAfter(after)
                    .build());
            assertThat(page.getSerializedSize()).isLessThan(MAX_ANSWER);
            page.getMachinesList()
                    .forEach(machine -> told.add(machine.getToken().getId()));
            after = page.getNext();
        } while (!after.isEmpty());
        assertThat(told).hasSize(VERY_MANY).doesNotHaveDuplicates();
    }

    @Test
    void veryManyTokensAreToldInPagesOfABoundedSize() {
        for (int i = 0; i < VERY_MANY; i++) {
            JoinTokens.Created _ = tokens.grant(LAPTOP, Optional.of(WORKLOAD), Duration.ofHours(1));
        }
        List<String> told = new ArrayList<>();
        String after = "";
        do {
            ListTokensResponse page = operator.listTokens(ListTokensRequest.newBuilder()
                    .setPaged(true)
                    .setAfter(after)
                    .build());
            assertThat(page.getSerializedSize()).isLessThan(MAX_ANSWER);
            page.getTokensList().forEach(token -> told.add(token.getId()));
            after = page.getNext();
        } while (!after.isEmpty());
        assertThat(told).hasSize(VERY_MANY).doesNotHaveDuplicates();
    }

    /** It would take the first page for the whole list. */
    @Test
    void aCommandOfAnEarlierVersionGetsTheWholeLists() {
        int some = 3_500;
        for (int i = 0; i < some; i++) {
            machines.joined(token(i), leaf, "192.0.2.7");
        }
        ListMachinesResponse all = operator.listMachines(ListMachinesRequest.getDefaultInstance());
        assertThat(all.getSerializedSize()).isGreaterThan(MAX_ANSWER);
        assertThat(all.getMachinesCount()).isEqualTo(some);
        assertThat(all.getNext()).isEmpty();
        assertThat(operator.listTokens(ListTokensRequest.getDefaultInstance()).getTokensList())
                .hasSize(some)
                .allSatisfy(token -> assertThat(token.hasUse()).isTrue());
    }

    @Test
    void theNextPageGoesOnWhereTheLastMachineOfThePageBeforeIsForgotten() {
        Optional<Page.Place> gone = Page.Place.parse(new Page.Place(7, "bb").toString());
        assertThat(Page.of(List.of(item(7, "a"), item(7, "b"), item(7, "c")), Page.Part.of(true, gone))
                        .items())
                .extracting(ListTokensRequest::getAfter)
                .containsExactly("c");
    }

    @Test
    void aPageBeginsWithTheNewest() {
        Page<ListTokensRequest> page =
                Page.of(List.of(item(1, "x"), item(3, "y"), item(2, "z")), Page.Part.of(true, Optional.empty()));
        assertThat(page.items()).extracting(ListTokensRequest::getAfter).containsExactly("y", "z", "x");
    }

    @Test
    void refusesAPlaceThatNoAnswerHas() {
        for (String after : List.of("x", ":", "x:y", "99999999999999999999:y")) {
            assertThatThrownBy(() -> operator.listMachines(
                            ListMachinesRequest.newBuilder().setAfter(after).build()))
                    .hasMessageContaining("WEFT-C072: after");
        }
    }

    private static Page.Item<ListTokensRequest> item(long time, String id) {
        return new Page.Item<>(
                new Page.Place(time, id),
                () -> ListTokensRequest.newBuilder().setAfter(id).build());
    }

    private JoinToken token(int i) {
        return new JoinToken(
                "%012x".formatted(i), LAPTOP, clock.instant(), Optional.of(WORKLOAD), Optional.of(clock.instant()));
    }
}
