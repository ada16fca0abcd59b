package dev.weft.files.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.daemon.files.PrivateFiles;
import dev.weft.mesh.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SealedFileTest {

    private static final String CONTENT = "{\"a\":1}\n{\"b\":\"ü\"}\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private SealedFile file() {
        return SealedFile.required(directory, "objects/some.yaml", 1000, PrivateFiles.PRIVATE);
    }

    private String read() throws IOException {
        return file().read(Function.identity());
    }

    @BeforeEach
    void makeTheFolder() throws IOException {
        Files.createDirectory(directory.resolve("objects"));
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        assertThatThrownBy(this::read).isInstanceOf(NoSuchFileException.class);
        file().write(CONTENT);
        assertThat(read()).isEqualTo(CONTENT);
        file().write("\n");
        assertThat(read()).isEqualTo("\n");
    }

    @Test
    void refusesEveryBeginningOfAFile() throws IOException {
        file().write(CONTENT);
        byte[] whole = Files.readAllBytes(file().path());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file().path(), Arrays.copyOf(whole, length));
            assertThatThrownBy(this::read).as("%d bytes", length).isInstanceOf(StateException.class);
        }
    }

    @Test
    void aFlippedBitIsFoundOut() throws IOException {
        file().write(CONTENT);
        byte[] whole = Files.readAllBytes(file().path());
        for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(file().path(), flipped);
            assertThatThrownBy(this::read)
                    .as("bit %d", bit)
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("WEFT-C093")
                    .hasMessageContaining("some.yaml");
        }
    }

    @Test
    void isMissedOnceItWasWritten() throws IOException {
        file().write(CONTENT);
        Files.delete(file().path());
        Files.delete(file().path().getParent());
        assertThatThrownBy(this::read).isInstanceOf(StateException.class).hasMessageContaining("is missing");
        assertThatThrownBy(() -> SealedFile.checkPresent(directory))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("objects/some.yaml is missing");
        assertThat(SealedFile.missing(directory)).containsExactly("objects/some.yaml");
    }

    @Test
    void mayBeGoneOnceItIsDeleted() throws IOException {
        file().write(CONTENT);
        file().delete();
        SealedFile.checkPresent(directory);
        assertThatThrownBy(this::read).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aPassingOneMayBeGoneAtAnyTime() throws IOException {
        SealedFile passing = SealedFile.optional(directory, "keys", 1000, PrivateFiles.PRIVATE);
        passing.write(CONTENT);
        Files.delete(passing.path());
        SealedFile.checkPresent(directory);
        assertThatThrownBy(() -> passing.read(Function.identity())).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void takesAFileOfAnEarlierVersionOnceItCanBeRead() throws IOException {
        PrivateFiles.replace(file().path(), CONTENT, PrivateFiles.PRIVATE);
        assertThatThrownBy(() -> file().read(_ -> {
                    throw new IllegalArgumentException("no number");
                }))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("no number");
        assertThat(Files.readString(file().path())).isEqualTo(CONTENT);

        assertThat(read()).isEqualTo(CONTENT);
        assertThat(Files.readString(file().path())).isEqualTo(SealedFile.seal(CONTENT));
        assertThat(read()).isEqualTo(CONTENT);
    }
}
