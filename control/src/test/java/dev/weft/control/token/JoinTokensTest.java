package dev.weft.control.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.identity.spiffe.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JoinTokensTest {

    private static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path parent;

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private JoinTokens tokens;

    @BeforeEach
    void create() {
        directory = parent.resolve("tokens");
        tokens = new JoinTokens(directory, Clock.systemUTC());
    }

    @Test
    void acceptsATokenOnce() {
        String token = tokens.create(WEB, HOUR);
        assertThat(identity(tokens.consume(token))).isEqualTo(WEB);
        assertThat(tokens.consume(token)).isInstanceOf(TokenCheck.Refused.class);
    }

    @Test
    void looksAtATokenWithoutUsingIt() {
        String token = tokens.create(WEB, HOUR);
        assertThat(identity(tokens.check(token))).isEqualTo(WEB);
        assertThat(identity(tokens.consume(token))).isEqualTo(WEB);
        assertThat(tokens.check(token)).isInstanceOf(TokenCheck.Refused.class);
        assertThat(tokens.check("short")).isInstanceOf(TokenCheck.Refused.class);
    }

    @Test
    void listsWhatOperatorsMadeAndNobodyUsed() {
        tokens.create(WEB, HOUR);
        JoinTokens.Created used = tokens.grant(WEB, Optional.of("shop/laptop"), HOUR);
        JoinTokens.Created open = tokens.grant(WEB, Optional.of("shop/laptop"), HOUR);
        assertThat(identity(tokens.consume(used.token()))).isEqualTo(WEB);

        assertThat(tokens.granted()).containsExactly(open.info());
        assertThat(open.toString()).doesNotContain(open.token());
    }

    @Test
    void revokesWhatAnOperatorMadeOnceAndForAll() throws Exception {
        JoinTokens.Created created = tokens.grant(WEB, Optional.empty(), HOUR);

        assertThat(tokens.revoke(created.info().id())).contains(created.info());
        assertThat(tokens.consume(created.token())).isInstanceOf(TokenCheck.Refused.class);
        assertThat(tokens.revoke(created.info().id())).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void revokesNoTokenOfASidecarOfTheMesh() {
        String token = tokens.create(WEB, HOUR);
        String id = ((TokenCheck.Accepted) tokens.check(token)).token().id();

        assertThat(tokens.revoke(id)).isEmpty();
        assertThat(identity(tokens.consume(token))).isEqualTo(WEB);
    }

    @Test
    void hasExactlyOneWinnerAmongManyThreads() throws Exception {
        for (int round = 0; round < 20; round++) {
            String token = tokens.create(WEB, HOUR);
            CountDownLatch start = new CountDownLatch(1);
            List<Future<TokenCheck>> results = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
                for (int i = 0; i < 16; i++) {
                    JoinTokens own = new JoinTokens(directory, Clock.systemUTC());
                    results.add(threads.submit(() -> {
                        start.await();
                        return own.consume(token);
                    }));
                }
                start.countDown();
                int winners = 0;
                for (Future<TokenCheck> result : results) {
                    if (result.get() instanceof TokenCheck.Accepted) {
                        winners++;
                    }
                }
                assertThat(winners).isEqualTo(1);
            }
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void hasExactlyOneWinnerAmongProcesses() throws Exception {
        String token = tokens.create(WEB, HOUR);
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            ConsumeMain.class.getName(),
                            directory.toString(),
                            token)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }
        for (Process process : processes) {
            // Wait until it is ready, so that all begin together.
            assertThat(process.getInputStream().read()).isEqualTo('r');
        }
        for (Process process : processes) {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }
        int winners = 0;
        for (Process process : processes) {
            winners += process.waitFor() == 0 ? 1 : 0;
        }
        assertThat(winners).isEqualTo(1);
    }

    @Test
    void refusesATokenOutOfDateAndDeletesIt() throws Exception {
        String token = tokens.create(WEB, HOUR);
        JoinTokens later = new JoinTokens(directory, Clock.offset(Clock.systemUTC(), Duration.ofHours(2)));
        assertThat(later.consume(token))
                .isInstanceOfSatisfying(
                        TokenCheck.Refused.class,
                        refused -> assertThat(refused.reason()).contains("ended"));
        assertThat(files()).isEmpty();
    }

    @Test
    void isFullOfOpenTokensOnly() throws Exception {
        tokens.create(WEB, HOUR);
        Path file = directory.resolve(files().getFirst());
        for (int i = 1; i < JoinTokens.MAX_OPEN; i++) {
            Files.createLink(directory.resolve("%064x.json".formatted(i)), file);
        }
        assertThat(tokens.isFull()).isTrue();
        JoinTokens later = new JoinTokens(directory, Clock.offset(Clock.systemUTC(), Duration.ofHours(2)));
        assertThat(later.isFull()).isFalse();
        assertThat(files()).isEmpty();
    }

    @Test
    void prunesWhatIsOutOfDateAndKeepsTheRest() throws Exception {
        tokens.create(WEB, HOUR);
        String good = tokens.create(WEB, Duration.ofHours(3));
        JoinTokens later = new JoinTokens(directory, Clock.offset(Clock.systemUTC(), Duration.ofHours(2)));
        assertThat(later.prune()).isEqualTo(1);
        assertThat(identity(later.consume(good))).isEqualTo(WEB);
    }

    @Test
    void keepsNoTokenOnDiskAndNothingForOthersToRead() throws Exception {
        String token = tokens.create(WEB, HOUR);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        for (Path file : files()) {
            assertThat(Files.readString(file)).doesNotContain(token);
            assertThat(file.toString()).doesNotContain(token);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void refusesATokenWhoseFileOthersCouldRead() throws Exception {
        String token = tokens.create(WEB, HOUR);
        Files.setPosixFilePermissions(files().getFirst(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(tokens.consume(token)).isInstanceOf(TokenCheck.Refused.class);
    }

    @Test
    void refusesWhatIsNoToken() {
        for (String text : List.of("", "short", "../../../../etc/passwd", "x".repeat(44), "a/".repeat(21) + "b")) {
            assertThat(tokens.consume(text)).as(text).isInstanceOf(TokenCheck.Refused.class);
        }
    }

    @Test
    void refusesAFileThatIsDamaged() throws Exception {
        String token = tokens.create(WEB, HOUR);
        Files.writeString(files().getFirst(), "{\"identity\": \"spiffe://x/y\"");
        assertThat(tokens.consume(token)).isInstanceOf(TokenCheck.Refused.class);
    }

    @Test
    void refusesALifetimeOutOfRange() {
        assertThatThrownBy(() -> tokens.create(WEB, Duration.ZERO)).hasMessageContaining("PT0S");
        assertThatThrownBy(() -> tokens.create(WEB, Duration.ofDays(31))).hasMessageContaining("expected");
    }

    private static SpiffeId identity(TokenCheck consumption) {
        assertThat(consumption).isInstanceOf(TokenCheck.Accepted.class);
        return ((TokenCheck.Accepted) consumption).token().identity();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
