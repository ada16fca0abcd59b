package dev.weft.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.mesh.model.ObjectName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenKeeperTest {

    private static final ObjectName API = new ObjectName("shop", "api");

    @TempDir
    Path directory;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int made;
    private TokenKeeper keeper = new TokenKeeper((_, _, _) -> "", Path.of("/"), Clock.systemUTC());

    @BeforeEach
    void makeKeeper() {
        keeper = new TokenKeeper(this::create, directory, new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        });
    }

    @Test
    void keepsATokenThatIsGood() throws IOException {
        keeper.ensure(API, "spiffe://x/a", file(file()));
        keeper.refresh();
        assertThat(Files.readString(file())).isEqualTo("token1\n");
    }

    @Test
    void replacesATokenThatWasUsed() throws IOException {
        keeper.ensure(API, "spiffe://x/a", file(file()));
        Files.delete(directory.resolve(hash("token1") + ".json"));
        keeper.refresh();
        assertThat(Files.readString(file())).isEqualTo("token2\n");
    }

    @Test
    void replacesATokenBeforeItEnds() throws IOException {
        keeper.ensure(API, "spiffe://x/a", file(file()));
        now = now.plus(Duration.ofMinutes(41));
        keeper.refresh();
        assertThat(Files.readString(file())).isEqualTo("token2\n");
    }

    @Test
    void replacesATokenOfAnotherIdentity() throws IOException {
        keeper.ensure(API, "spiffe://x/a", file(file()));
        keeper.ensure(API, "spiffe://x/b", file(file()));
        assertThat(Files.readString(file())).isEqualTo("token2\n");
    }

    @Test
    void triesAgainWhereATokenCouldNotBeWritten() throws IOException {
        AtomicBoolean full = new AtomicBoolean();
        TokenKeeper.TokenFile file = new TokenKeeper.TokenFile(file(), text -> {
            if (full.get()) {
                throw new IOException("No space left on device");
            }
            Files.writeString(file(), text);
        });
        keeper.ensure(API, "spiffe://x/a", file);
        now = now.plus(Duration.ofMinutes(41));
        full.set(true);
        assertThatThrownBy(keeper::refresh).hasMessage("No space left on device");
        full.set(false);
        keeper.refresh();
        assertThat(Files.readString(file())).isEqualTo("token3\n");
    }

    @Test
    void takesBackTheTokenOfAWorkloadThatIsGone() throws IOException {
        keeper.ensure(API, "spiffe://x/a", file(file()));
        keeper.withdraw(API);
        assertThat(file()).doesNotExist();
        assertThat(directory.resolve(hash("token1") + ".json"))
                .as("what makes it count")
                .doesNotExist();
        keeper.refresh();
        assertThat(made).isEqualTo(1);
        keeper.ensure(API, "spiffe://x/a", file(file()));
        assertThat(Files.readString(file())).isEqualTo("token2\n");
    }

    private String create(String identity, ObjectName workload, Duration lifetime) throws IOException {
        String token = "token" + ++made;
        Files.writeString(directory.resolve(hash(token) + ".json"), identity + " " + workload);
        return token;
    }

    private static TokenKeeper.TokenFile file(Path path) {
        return new TokenKeeper.TokenFile(path, text -> Files.writeString(path, text));
    }

    private Path file() {
        return directory.resolve("token");
    }

    private static String hash(String token) {
        try {
            byte[] bytes = token.getBytes(StandardCharsets.US_ASCII);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
