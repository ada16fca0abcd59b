package dev.weft.local.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FollowedFileTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private Path file = Path.of("");
    private FollowedFile followed = new FollowedFile(file);

    @BeforeEach
    void open() {
        file = folder.resolve("app.log");
        followed = new FollowedFile(file);
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void waitsForAFileThatIsNotThereYet() throws IOException {
        assertThat(followed.newLines()).isEmpty();
        append("first\n");
        assertThat(followed.newLines()).containsExactly("first");
    }

    @Test
    void passesOnEachLineOnceAndOnlyWhenItIsWhole() throws IOException {
        append("one\ntw");
        assertThat(followed.newLines()).containsExactly("one");
        append("o\n\nthree");
        assertThat(followed.newLines()).containsExactly("two", "");
        assertThat(followed.newLines()).isEmpty();
    }

    @Test
    void keepsALetterTogetherThatWasWrittenInTwoHalves() throws IOException {
        byte[] letter = "ü\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Files.write(file, new byte[] {letter[0]});
        assertThat(followed.newLines()).isEmpty();
        Files.write(file, new byte[] {letter[1], letter[2]}, StandardOpenOption.APPEND);
        assertThat(followed.newLines()).containsExactly("ü");
    }

    @Test
    void readsAFileFromItsStartAgainWhenItGotShorter() throws IOException {
        append("a long line of an old log\n");
        assertThat(followed.newLines()).hasSize(1);
        Files.writeString(file, "new\n");
        assertThat(followed.newLines()).containsExactly("new");
    }

    @Test
    void passesOnALineWithoutEndInPieces() throws IOException {
        append("x".repeat((1 << 20) + (1 << 16) + 1));
        assertThat(followed.newLines()).singleElement().asString().hasSizeGreaterThan(1 << 20);
    }
}
