package dev.weft.proxy.names;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.capture.Sockets;
import dev.weft.proxy.control.ResourceName;
import dev.weft.proxy.control.Subscriptions;
import dev.weft.proxy.limit.Descriptors;
import dev.weft.proxy.names.Ask.Said;
import dev.weft.proxy.observe.SidecarMetrics;
import dev.weft.proxy.settings.ProxySettings;
import dev.weft.testing.Waiting;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The resolver of a workload shop/web, asked by real sockets. */
final class NamesTest {
    private static final String API = "name/api.shop.svc.cluster.local";
    private static final MeshName ADDRESSES =
            new MeshName.Addresses(List.of(InetAddress.ofLiteral("10.96.0.7"), InetAddress.ofLiteral("fd57::7")));
    private static final Duration AT_ONCE = Duration.ofSeconds(4);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final SidecarMetrics metrics = new SidecarMetrics();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> dropped = new LinkedBlockingQueue<>();
    private final Map<String, MeshName> mesh = new ConcurrentHashMap<>();
    private @Nullable Names names;
    private @Nullable FakeNameServer upstream;

    @AfterEach
    void stop() throws IOException {
        if (names != null) {
            names.close();
        }
        if (upstream != null) {
            upstream.close();
        }
        loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).syncUninterruptibly();
    }

    @Test
    void answersEveryFormOfAName() throws Exception {
        mesh.put(API, ADDRESSES);
        try (Ask ask = start()) {
            for (String form : List.of(
                    "api",
                    "api.shop",
                    "api.shop.svc",
                    "api.shop.cluster.local",
                    "api.shop.svc.cluster.local",
                    "API.Shop.svc.Cluster.LOCAL")) {
                assertThat(ask.ask(form, Ask.A).addresses()).as(form).containsExactly("10.96.0.7");
                assertThat(ask.ask(form, Ask.AAAA).addresses()).as(form).containsExactly("fd57:0:0:0:0:0:0:7");
            }
            assertThat(ask.stream(Ask.question(1, "api.shop", Ask.A)).addresses())
                    .containsExactly("10.96.0.7");
            assertThat(ask.stream(Ask.question(1, "localhost", Ask.A)).addresses())
                    .containsExactly("127.0.0.1");
        }
        assertThat(asked).containsExactly(API);
        assertThat(metrics.text()).contains("weft_name_queries_total{result=\"answered\"} 14");
    }

    @Test
    void saysAtOnceThatThereIsNothing() throws Exception {
        mesh.put(API, new MeshName.Addresses(List.of(InetAddress.ofLiteral("10.96.0.7"))));
        try (Ask ask = start()) {
            Said noIpv6 = ask.ask("api.shop", Ask.AAAA);
            assertThat(noIpv6.rcode()).isZero();
            assertThat(noIpv6.answers()).isZero();
            assertThat(noIpv6.hasAuthority()).isTrue();
            for (String name : List.of(
                    "nosuch.shop.svc.cluster.local",
                    "a.api.shop.svc.cluster.local",
                    "example.com.shop.svc.cluster.local",
                    "example.com.svc.cluster.local",
                    "_http._tcp.api.shop.svc",
                    "nosuch.shop",
                    "nosuch",
                    "example.com")) {
                Said said = ask.ask(name, Ask.A);
                assertThat(said.rcode()).as(name).isEqualTo(Dns.NO_SUCH_NAME);
                assertThat(said.hasAuthority()).as(name).isTrue();
            }
            assertThat(ask.ask("shop.svc.cluster.local", Ask.A).rcode()).isZero();
        }
        assertThat(asked).doesNotContain("name/example.com.svc.cluster.local");
    }

    @Test
    void knowsTheNameOfAnAddress() throws Exception {
        mesh.put("name/7.0.96.10.in-addr.arpa", new MeshName.Canonical("api.shop.svc.cluster.local"));
        try (Ask ask = start()) {
            Said said = ask.ask("7.0.96.10.in-addr.arpa", Ask.PTR);
            assertThat(said.answers()).isEqualTo(1);
            assertThat(new String(said.message(), StandardCharsets.ISO_8859_1))
                    .contains("\3api\4shop\3svc\7cluster\5local\0");
            assertThat(ask.ask("8.0.96.10.in-addr.arpa", Ask.PTR).rcode()).isEqualTo(Dns.NO_SUCH_NAME);
        }
    }

    @Test
    void followsTheControlPlaneAndGoesOnWithoutIt() throws Exception {
        mesh.put(API, ADDRESSES);
        try (Ask ask = start()) {
            assertThat(ask.ask("api.shop", Ask.A).addresses()).containsExactly("10.96.0.7");
            book().update(
                            (ResourceName.HostName) ResourceName.parse(API),
                            new MeshName.Addresses(List.of(InetAddress.ofLiteral("10.96.0.8"))));
            onLoop();
            assertThat(ask.ask("api.shop", Ask.A).addresses()).containsExactly("10.96.0.8");

            book().connected(false);
            onLoop();
            assertThat(ask.ask("api.shop", Ask.A).addresses()).containsExactly("10.96.0.8");
            long begin = System.nanoTime();
            assertThat(ask.ask("other.shop", Ask.A).rcode()).isEqualTo(Dns.SERVER_FAILURE);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(AT_ONCE);

            book().connected(true);
            book().update(new ResourceName.HostName("other.shop.svc.cluster.local"), ADDRESSES);
            onLoop();
            assertThat(ask.ask("other.shop", Ask.A).addresses()).containsExactly("10.96.0.7");
        }
    }

    @Test
    void doesNotWaitLongForASilentControlPlane() throws Exception {
        mesh.put(API, ADDRESSES);
        try (Ask ask = start("silent");
                Ask other = new Ask(port())) {
            ask.send(Ask.question(1, "silent.shop.svc.cluster.local", Ask.A));
            assertThat(other.ask("api.shop", Ask.A).addresses()).containsExactly("10.96.0.7");
            assertThat(ask.receive().rcode()).isEqualTo(Dns.SERVER_FAILURE);
        }
    }

    @Test
    void asksOthersForOtherNamesUnderAnotherId() throws Exception {
        upstream = new FakeNameServer(question -> List.of(FakeNameServer.answer(question, 1)));
        mesh.put(API, ADDRESSES);
        try (Ask ask = start()) {
            Said said = ask.ask(Ask.question(7, "www.Example.com", Ask.A));
            assertThat(said.id()).isEqualTo(7);
            assertThat(said.addresses()).containsExactly("192.0.2.0");
            assertThat(ask.ask("nosuch.shop", Ask.A).addresses()).containsExactly("192.0.2.0");
            assertThat(ask.ask("nosuch.shop.svc", Ask.A).rcode()).isEqualTo(Dns.NO_SUCH_NAME);
            assertThat(ask.ask("api.shop", Ask.A).addresses()).containsExactly("10.96.0.7");
            assertThat(ask.stream(Ask.question(9, "www.example.com", Ask.A)).addresses())
                    .containsExactly("192.0.2.0");
            for (int i = 0; i < 8; i++) {
                assertThat(ask.ask(Ask.question(7, "www.example.com", Ask.A)).id())
                        .isEqualTo(7);
            }
        }
        assertThat(upstream.asked.stream()
                        .map(question -> Dns.number(question, 0))
                        .distinct()
                        .count())
                .as("ids of ten questions")
                .isGreaterThan(5);
        assertThat(upstream.asked)
                .noneMatch(question -> new String(question, StandardCharsets.ISO_8859_1).contains("\3api\4shop"));
    }

    @Test
    void takesNoAnswerToAnotherQuestion() throws Exception {
        upstream = new FakeNameServer(question -> {
            byte[] good = FakeNameServer.answer(question, 1);
            byte[] otherId = FakeNameServer.answer(question, 2);
            otherId[1]++;
            byte[] otherName = FakeNameServer.answer(question, 2);
            otherName[14] ^= 0x20;
            byte[] noAnswer = FakeNameServer.answer(question, 2);
            noAnswer[2] = 1;
            return List.of(new byte[3], otherId, otherName, noAnswer, good);
        });
        try (Ask ask = start()) {
            assertThat(ask.ask("www.example.com", Ask.A).addresses()).containsExactly("192.0.2.0");
        }
    }

    @Test
    void givesUpASilentServerBeforeItsClientDoes() throws Exception {
        FakeNameServer silent = new FakeNameServer(_ -> List.of());
        upstream = silent;
        try (Ask ask = start()) {
            Waiting.until("given up sooner than a resolver does", () -> {
                silent.asked.clear();
                long begin = System.nanoTime();
                assertThat(ask.ask("www.example.com", Ask.A).rcode()).isEqualTo(Dns.SERVER_FAILURE);
                assertThat(silent.asked).hasSize(2);
                return Duration.ofNanos(System.nanoTime() - begin).toSeconds() < 5;
            });
        }
    }

    @Test
    void keepsToWhatTheClientTakesByUdp() throws Exception {
        upstream = new FakeNameServer(question -> List.of(FakeNameServer.answer(question, 60)));
        try (Ask ask = start()) {
            Said cut = ask.ask("www.example.com", Ask.A);
            assertThat(cut.truncated()).isTrue();
            assertThat(cut.message().length).isLessThanOrEqualTo(512);
            assertThat(ask.stream(Ask.question(1, "www.example.com", Ask.A)).answers())
                    .isEqualTo(60);
            mesh.put(
                    API,
                    new MeshName.Addresses(Stream.iterate(0, i -> i < 60, i -> i + 1)
                            .map(i -> InetAddress.ofLiteral("10.96.1." + i))
                            .toList()));
            assertThat(ask.ask("api.shop", Ask.A).truncated()).isTrue();
            assertThat(ask.ask(Ask.edns(1, "api.shop", Ask.A, 1232, 0)).answers())
                    .isEqualTo(60);
        }
    }

    @Test
    void refusesWhatIsNoQuestion() throws Exception {
        mesh.put(API, ADDRESSES);
        try (Ask ask = start()) {
            byte[] cut = Ask.question(9, "api.shop", Ask.A);
            assertThat(ask.ask(Arrays.copyOf(cut, cut.length - 1)).rcode()).isEqualTo(Dns.FORMAT_ERROR);
            byte[] pointer = Ask.question(9, "api.shop", Ask.A);
            pointer[12] = (byte) 0xc0;
            assertThat(ask.ask(pointer).rcode()).isEqualTo(Dns.FORMAT_ERROR);
            byte[] two = Ask.question(9, "api.shop", Ask.A);
            two[5] = 2;
            assertThat(ask.ask(two).rcode()).isEqualTo(Dns.FORMAT_ERROR);
            byte[] update = Ask.question(9, "api.shop", Ask.A);
            update[2] = 0x28;
            assertThat(ask.ask(update).rcode()).isEqualTo(Dns.NOT_IMPLEMENTED);
            assertThat(ask.ask(Ask.question(9, "version.bind", 16, 3, new byte[0]))
                            .rcode())
                    .isEqualTo(Dns.REFUSED);
            assertThat(ask.ask("api.shop", Dns.AXFR).rcode()).isEqualTo(Dns.REFUSED);
            assertThat(ask.ask(Ask.edns(9, "api.shop", Ask.A, 1232, 1)).rcode()).isZero(); // BADVERS is in OPT
            byte[] answer = Ask.question(9, "api.shop", Ask.A);
            answer[2] |= (byte) 0x80;
            ask.send(answer); // nobody waits for an answer to that
            ask.send(new byte[] {1, 2, 3});
            assertThat(ask.ask(Ask.question(10, "api.shop", Ask.A)).id()).isEqualTo(10);
            // A dot within a label is no dot between labels.
            byte[] dotted = Ask.question(9, "api-shop", Ask.A);
            dotted[16] = '.';
            assertThat(ask.ask(dotted).rcode()).isEqualTo(Dns.NO_SUCH_NAME);
        }
    }

    @Test
    void aFloodOfOneSocketLeavesRoomForOthers() throws Exception {
        mesh.put(API, ADDRESSES);
        try (Ask flood = start("silent");
                Ask other = new Ask(port())) {
            for (int i = 0; i < QueryHandling.MAX_OF_ONE + 50; i++) {
                flood.send(Ask.question(i, "silent" + i % 4 + ".shop.svc.cluster.local", Ask.A));
            }
            assertThat(flood.receive().rcode()).isEqualTo(Dns.SERVER_FAILURE);
            assertThat(other.ask("api.shop", Ask.A).addresses()).containsExactly("10.96.0.7");
        }
        assertThat(metrics.text()).doesNotContain("weft_limits_hit_total{limit=\"names\"} 0");
    }

    @Test
    void knowsABoundedNumberOfNames() throws Exception {
        try (Ask ask = start()) {
            for (int i = 0; i < NameBook.MAX_NAMES + 20; i++) {
                assertThat(ask.ask("n" + i + ".shop.svc", Ask.A).rcode()).isEqualTo(Dns.NO_SUCH_NAME);
            }
        }
        assertThat(book().size()).isEqualTo(NameBook.MAX_NAMES);
        assertThat(dropped).hasSize(20).contains("name/n0.shop.svc.cluster.local");
    }

    @Test
    void connectionsThatAskNothingGiveWayToThoseThatAsk() throws Exception {
        mesh.put(API, ADDRESSES);
        try (Ask ask = start()) {
            List<Socket> held = new ArrayList<>();
            for (int i = 0; i < NameServer.MAX_CONNECTIONS; i++) {
                held.add(new Socket(InetAddress.getLoopbackAddress(), port()));
            }
            byte[] question = Ask.question(1, "api.shop", Ask.A);
            assertThat(Ask.stream(held.getFirst(), question).answers()).isEqualTo(1);
            try (Socket more = new Socket(InetAddress.getLoopbackAddress(), port())) {
                assertThat(Ask.stream(more, question).answers()).isEqualTo(1);
                assertThat(held.get(1).getInputStream().read()).isEqualTo(-1);
            }
            assertThat(Ask.stream(held.getFirst(), question).answers()).isEqualTo(1);
            assertThat(ask.ask("api.shop", Ask.A).answers()).isEqualTo(1);
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    /** Prints its seed. What is answered at all is answered under the id that was asked, and never as if it were another name. */
    @Test
    void survivesAnyOctets() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        NameScope naming = new NameScope("shop", List.of("cluster.local"), Optional.of(Set.of("shop")), "192.0.2.1");
        for (int i = 0; i < 200_000; i++) {
            byte[] message = i % 2 == 0 ? new byte[random.nextInt(64)] : Ask.question(i, "api.shop", Ask.A);
            if (i % 2 == 0) {
                random.nextBytes(message);
            } else {
                message[random.nextInt(message.length)] = (byte) random.nextInt();
            }
            switch (Query.read(message)) {
                case Query.Read.Ignored _ -> {}
                case Query.Read.Wrong wrong ->
                    assertThat(Dns.number(Reply.error(wrong), 0)).isEqualTo(Dns.number(message, 0));
                case Query.Read.Asked(Query query) -> {
                    if (naming.of(query.labels()) instanceof NameScope.Kind.OfMesh ofMesh) {
                        assertThat(ofMesh.key())
                                .matches("[-a-z0-9.]{1,253}")
                                .matches(".*\\.(svc\\.cluster\\.local|arpa)");
                    }
                    byte[] reply = Reply.of(query, Dns.OK, ADDRESSES.data(query.type()), "");
                    assertThat(query.isAnsweredBy(reply, query.id())).isTrue();
                }
            }
        }
    }

    /** A resolver whose control plane says what {@code mesh} has, and nothing at all of names that begin so. */
    private Ask start(String... silent) throws IOException {
        Path resolvConf = directory.resolve("resolv.conf");
        Files.writeString(resolvConf, upstream == null ? "" : "nameserver 127.0.0.1\n");
        ProxySettings settings = ProxySettings.parse(
                List.of(
                        "--workload=shop/web",
                        "--control-plane=127.0.0.1:1",
                        "--anchors-file=/dev/null",
                        "--mark=0",
                        "--names-port=0",
                        "--resolv-conf=" + resolvConf),
                Map.of());
        Names made = new Names(
                settings,
                new Sockets(0, Descriptors.ofProcess()),
                loops.next(),
                answering(silent),
                metrics,
                upstream == null ? Dns.PORT : upstream.port());
        names = made;
        made.open();
        made.book().connected(true);
        made.book().names(List.of("cluster.local"), Set.of("shop", "bank"));
        onLoop();
        Waiting.until("the resolver", () -> made.port().isPresent());
        return new Ask(port());
    }

    /** Answers at once, but for names that begin with one of these. */
    private Subscriptions answering(String... silent) {
        return new Subscriptions() {
            @Override
            public void subscribe(ResourceName name) {
                asked.add(name.wireName());
                if (Stream.of(silent).noneMatch(start -> name.wireName().startsWith("name/" + start))) {
                    book().update(
                                    (ResourceName.HostName) name,
                                    mesh.getOrDefault(name.wireName(), new MeshName.Nothing()));
                }
            }

            @Override
            public void unsubscribe(ResourceName name) {
                dropped.add(name.wireName());
            }
        };
    }

    /** What was told before is in force. */
    private void onLoop() {
        loops.next().submit(() -> {}).syncUninterruptibly();
    }

    private NameBook book() {
        return Objects.requireNonNull(names).book();
    }

    private int port() {
        return Objects.requireNonNull(names).port().orElseThrow();
    }
}
