package dev.weft.control.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.identity.spiffe.SpiffeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Tokens as somebody may say them, and a token's file as a disk may have it. */
class JoinTokenFuzzTest {

    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final SpiffeId LAPTOP = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/laptop");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    private static JoinTokens tokens() {
        return new JoinTokens(directory.resolve("tokens"), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static List<Path> files() {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @FuzzTest
    void whatSomebodySaysIsNoTokenAndTouchesNoFile(byte[] bytes) {
        JoinTokens tokens = tokens();
        if (files().size() < 2) {
            tokens.create(LAPTOP, Duration.ofHours(1));
        }
        List<Path> before = files();
        String said = new String(bytes, UTF_8);
        assertThat(tokens.check(said)).isInstanceOf(TokenCheck.Refused.class);
        assertThat(tokens.consume(said)).isInstanceOf(TokenCheck.Refused.class);
        assertThat(files()).isEqualTo(before);
    }

    @FuzzTest
    void aChangedFileProvesNothingElse(FuzzedDataProvider data) throws IOException {
        JoinTokens tokens = tokens();
        JoinTokens.Created created = tokens.grant(LAPTOP, Optional.of("shop/laptop"), Duration.ofHours(1));
        TokenCheck good = tokens.check(created.token());
        assertThat(good).isInstanceOf(TokenCheck.Accepted.class);
        Path file = files().stream()
                .filter(path ->
                        path.getFileName().toString().startsWith(created.info().id()))
                .findFirst()
                .orElseThrow();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, changed(whole, data));
        TokenCheck found = tokens.check(created.token());
        assertThat(found instanceof TokenCheck.Refused || found.equals(good))
                .as(found.toString())
                .isTrue();
        assertThat(tokens.granted()).hasSizeLessThanOrEqualTo(1);
        TokenCheck _ = tokens.consume(created.token());
        assertThat(tokens.check(created.token())).as("used").isInstanceOf(TokenCheck.Refused.class);
    }

    private static byte[] changed(byte[] whole, FuzzedDataProvider data) {
        if (data.consumeBoolean()) {
            byte[] any = data.consumeRemainingAsBytes();
            // What begins so is a file of an earlier version, which has no checksum.
            return any.length == 0 || any[0] == '{' ? whole : any;
        }
        byte[] bytes = whole.clone();
        while (data.remainingBytes() > 0) {
            bytes[data.consumeInt(0, bytes.length - 1)] = data.consumeByte();
        }
        return bytes;
    }
}
