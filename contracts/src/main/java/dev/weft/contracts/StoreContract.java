package dev.weft.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.TypedEntry;
import dev.weft.mesh.state.Version;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The tests that every store must pass. */
public abstract class StoreContract {

    private static final Store.EntryOptions OPTIONS = Store.EntryOptions.readable(1024);

    /** Returns an empty store. */
    protected abstract Store store() throws IOException;

    @Test
    void anEntryIsNotThereUntilItIsWritten() throws Exception {
        Entry entry = store().entry("a", OPTIONS);
        assertThat(entry.read()).isEmpty();
        Version version = entry.compareAndSet(Version.ABSENT, "1\n").orElseThrow();
        assertThat(entry.read()).contains(new Entry.Versioned("1\n", version));
    }

    @Test
    void aWriteThatFollowsAnOlderVersionChangesNothing() throws Exception {
        Entry entry = store().entry("a", OPTIONS);
        Version first = entry.compareAndSet(Version.ABSENT, "1\n").orElseThrow();
        assertThat(entry.compareAndSet(Version.ABSENT, "0\n")).as("it is there").isEmpty();
        Version second = entry.compareAndSet(first, "2\n").orElseThrow();
        assertThat(entry.compareAndSet(first, "3\n")).isEmpty();
        assertThat(entry.read()).contains(new Entry.Versioned("2\n", second));
    }

    @Test
    void aDeletedEntryIsWrittenAsIfItHadNeverBeenThere() throws Exception {
        Entry entry = store().entry("a", OPTIONS);
        Version first = entry.compareAndSet(Version.ABSENT, "1\n").orElseThrow();
        Version second = entry.compareAndSet(first, "2\n").orElseThrow();
        assertThat(entry.delete(first)).isFalse();
        assertThat(entry.delete(second)).isTrue();
        assertThat(entry.read()).isEmpty();
        assertThat(entry.compareAndSet(second, "3\n")).isEmpty();
        assertThat(entry.compareAndSet(Version.ABSENT, "3\n")).isPresent();
    }

    /**
     * Removes the stored value of an entry, as somebody does who does not know the store.
     *
     * @return whether that is possible with this store
     */
    protected boolean removedByHand(String entry) throws IOException {
        return false;
    }

    @Test
    void whatMustLastIsMissedIfSomebodyElseRemovedIt() throws Exception {
        for (String name : List.of("retired.json", "machines/a.json")) {
            Entry entry = store().entry(name, OPTIONS);
            entry.compareAndSet(Version.ABSENT, "1\n");
            if (!removedByHand(name)) {
                return;
            }
            assertThatThrownBy(entry::read)
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining("WEFT-C093")
                    .hasMessageContaining("missing");
            assertThatThrownBy(() -> entry.compareAndSet(Version.ABSENT, "2\n"))
                    .as("it is not written as if it had never been there")
                    .isInstanceOf(StateException.class);
            entry.discard();
            assertThat(entry.read()).isEmpty();
            assertThat(entry.compareAndSet(Version.ABSENT, "2\n")).isPresent();
        }
    }

    @Test
    void whatMayBeLostIsNotMissed() throws Exception {
        Entry entry = store().entry("tokens/a", OPTIONS.optional());
        entry.compareAndSet(Version.ABSENT, "1\n");
        if (removedByHand("tokens/a")) {
            assertThat(entry.read()).isEmpty();
            assertThat(entry.compareAndSet(Version.ABSENT, "2\n")).isPresent();
        }
    }

    @Test
    void entriesAreApart() throws Exception {
        Store store = store();
        store.entry("a", OPTIONS).compareAndSet(Version.ABSENT, "a\n");
        store.entry("folder/a", OPTIONS).compareAndSet(Version.ABSENT, "b\n");
        assertThat(store.entry("a", OPTIONS).read().orElseThrow().value()).isEqualTo("a\n");
        assertThat(store.entry("folder/a", OPTIONS).read().orElseThrow().value())
                .isEqualTo("b\n");
        assertThat(store.entry("b", OPTIONS).read()).isEmpty();
    }

    @Test
    void namesWhatAFolderHolds() throws Exception {
        Store store = store();
        assertThat(store.names("folder")).isEmpty();
        Version version = store.entry("folder/b", OPTIONS)
                .compareAndSet(Version.ABSENT, "b\n")
                .orElseThrow();
        store.entry("folder/a.json", OPTIONS).compareAndSet(Version.ABSENT, "a\n");
        store.entry("folder/c", OPTIONS);
        store.entry("other/a", OPTIONS).compareAndSet(Version.ABSENT, "a\n");
        store.entry("folder", OPTIONS.optional());
        assertThat(store.names("folder")).containsExactly("folder/a.json", "folder/b");
        store.entry("folder/b", OPTIONS).delete(version);
        assertThat(store.names("folder")).containsExactly("folder/a.json");
        assertThat(store.where("folder")).isNotEmpty();
    }

    @Test
    void anEmptyValueIsRefused() throws Exception {
        Entry entry = store().entry("a", OPTIONS);
        assertThatThrownBy(() -> entry.compareAndSet(Version.ABSENT, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aValueThatCouldNotBeReadAgainIsRefused() throws Exception {
        Entry entry = store().entry("a", OPTIONS);
        Version version = entry.compareAndSet(Version.ABSENT, "a".repeat(OPTIONS.maxBytes()))
                .orElseThrow();
        assertThatThrownBy(() -> entry.compareAndSet(version, "a".repeat(OPTIONS.maxBytes() + 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected: at most " + OPTIONS.maxBytes());
        assertThat(entry.read().orElseThrow().version()).isEqualTo(version);
    }

    @Test
    void whoFollowsAFolderHearsOfWhatIsInIt() throws Exception {
        Store store = store();
        List<String> heard = new CopyOnWriteArrayList<>();
        Entry entry = store.entry("folder/a", OPTIONS);
        try (Entry.Watch _ = store.follow("folder", heard::add)) {
            Version version = entry.compareAndSet(Version.ABSENT, "1\n").orElseThrow();
            assertThat(heard).contains("folder/a");
            store.entry("a", OPTIONS).compareAndSet(Version.ABSENT, "1\n");
            store.entry("other/a", OPTIONS).compareAndSet(Version.ABSENT, "1\n");
            assertThat(heard).containsOnly("folder/a");
            heard.clear();
            entry.delete(version);
            assertThat(heard).contains("folder/a");
        }
        try (Entry.Watch _ = store.follow("", heard::add)) {
            heard.clear();
            store.entry("b", OPTIONS).compareAndSet(Version.ABSENT, "1\n");
            assertThat(heard).contains("b").doesNotContain("folder/a");
        }
    }

    @Test
    void whatIsDiscardedIsGoneWhateverItWas() throws Exception {
        Entry entry = store().entry("folder/a", OPTIONS.optional());
        entry.discard();
        entry.compareAndSet(Version.ABSENT, "1\n");
        entry.discard();
        assertThat(entry.read()).isEmpty();
    }

    @Test
    void ofSeveralWhoDeleteOneVersionOneDoes() throws Exception {
        Store store = store();
        Version version = store.entry("folder/a", OPTIONS.optional())
                .compareAndSet(Version.ABSENT, "1\n")
                .orElseThrow();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int won = 0;
            for (Future<Boolean> each : threads.invokeAll(IntStream.range(0, 8)
                    .<Callable<Boolean>>mapToObj(_ ->
                            () -> store.entry("folder/a", OPTIONS.optional()).delete(version))
                    .toList())) {
                won += each.get() ? 1 : 0;
            }
            assertThat(won).isOne();
        }
    }

    @Test
    void ofSeveralWhoFollowOneVersionOneWrites() throws Exception {
        Store store = store();
        Entry entry = store.entry("a", OPTIONS);
        Version version = entry.compareAndSet(Version.ABSENT, "start\n").orElseThrow();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int won = 0;
            for (Future<Optional<Version>> each : threads.invokeAll(IntStream.range(0, 16)
                    .<Callable<Optional<Version>>>mapToObj(
                            n -> () -> store.entry("a", OPTIONS).compareAndSet(version, n + "\n"))
                    .toList())) {
                won += each.get().isPresent() ? 1 : 0;
            }
            assertThat(won).isOne();
        }
    }

    @Test
    void aCellOverwritesNothingThatItHasNotSeen() throws Exception {
        Store store = store();
        TypedEntry<Integer> leader = cell(store);
        TypedEntry<Integer> former = cell(store);
        leader.write(1);
        assertThat(former.read()).contains(1);
        leader.write(2);
        assertThatThrownBy(() -> former.write(3)).isInstanceOf(StateException.class);
        assertThatThrownBy(former::delete).isInstanceOf(StateException.class);
        assertThat(former.read()).contains(2);
        former.write(3);
        assertThat(leader.read()).contains(3);
        leader.delete();
        assertThat(former.read()).isEmpty();
    }

    @Test
    void aCellSaysWhereWhatItCannotUnderstandIs() throws Exception {
        Store store = store();
        Entry entry = store.entry("a", OPTIONS);
        entry.compareAndSet(Version.ABSENT, "many\n");
        TypedEntry<Integer> cell = cell(store);
        assertThatThrownBy(cell::read)
                .isInstanceOf(StateException.class)
                .hasMessageContaining(entry.where())
                .hasMessageContaining("damaged");
    }

    private static TypedEntry<Integer> cell(Store store) {
        return new TypedEntry<>(
                store.entry("a", OPTIONS), text -> Integer.parseInt(text.strip()), number -> number + "\n");
    }
}
