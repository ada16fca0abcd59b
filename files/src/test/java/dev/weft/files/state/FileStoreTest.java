package dev.weft.files.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.contracts.StoreContract;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileStoreTest extends StoreContract {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Override
    protected Store store() {
        return new FileStore(directory);
    }

    @Override
    protected boolean removedByHand(String entry) throws IOException {
        return Files.deleteIfExists(directory.resolve(entry));
    }

    @Test
    void anotherProcessFindsWhatWasWritten() throws Exception {
        Version version = store().entry("a", Store.EntryOptions.secret(64))
                .compareAndSet(Version.ABSENT, "1\n")
                .orElseThrow();
        assertThat(Files.getPosixFilePermissions(directory.resolve("a"))).isEqualTo(PrivateFiles.PRIVATE);
        assertThat(store().entry("a", Store.EntryOptions.secret(64)).read())
                .contains(new Entry.Versioned("1\n", version));
    }

    @Test
    void whatMustLastIsMissedAndWhatMayPassIsNot() throws Exception {
        Entry lasting = store().entry("lasting", Store.EntryOptions.readable(64));
        Entry passing = store().entry("passing", Store.EntryOptions.readable(64).optional());
        lasting.compareAndSet(Version.ABSENT, "1\n");
        passing.compareAndSet(Version.ABSENT, "1\n");
        Files.delete(directory.resolve("lasting"));
        Files.delete(directory.resolve("passing"));
        assertThatThrownBy(lasting::read).isInstanceOf(StateException.class).hasMessageContaining("WEFT-C093");
        assertThat(passing.read()).isEmpty();
    }

    @Test
    void aFileThatWasChangedByHandIsAnotherVersion() throws Exception {
        Entry entry = store().entry("a", Store.EntryOptions.readable(64));
        Version version = entry.compareAndSet(Version.ABSENT, "1\n").orElseThrow();
        Files.writeString(directory.resolve("a"), SealedFile.seal("2\n"));
        assertThat(entry.compareAndSet(version, "3\n")).isEmpty();
        assertThat(entry.read().orElseThrow().value()).isEqualTo("2\n");
    }

    @Test
    void aDamagedFileIsNotWrittenOver() throws Exception {
        Entry entry = store().entry("a", Store.EntryOptions.readable(64));
        Version version = entry.compareAndSet(Version.ABSENT, "1\n").orElseThrow();
        Files.writeString(directory.resolve("a"), SealedFile.seal("1\n") + "2\n");
        assertThatThrownBy(() -> entry.compareAndSet(version, "3\n")).isInstanceOf(StateException.class);
    }

    @Test
    void aDirectoryThatIsGoneIsNotMadeAgain() throws Exception {
        Path gone = Files.createDirectory(directory.resolve("gone"));
        Entry entry = new FileStore(gone).entry("a", Store.EntryOptions.readable(64));
        Files.delete(gone);
        assertThatThrownBy(() -> entry.compareAndSet(Version.ABSENT, "1\n")).isInstanceOf(IOException.class);
        assertThat(gone).doesNotExist();
    }

    @Test
    void namesThatLeadOutOfTheDirectoryAreRefused() {
        for (String name : new String[] {"../a", "/a", "a/../b", "a/b/c", ".a", ""}) {
            assertThatThrownBy(() -> store().entry(name, Store.EntryOptions.readable(64)))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anEntryHasOneForm() {
        Store store = store();
        store.entry("a", Store.EntryOptions.readable(64));
        assertThatThrownBy(() -> store.entry("a", Store.EntryOptions.secret(64)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
