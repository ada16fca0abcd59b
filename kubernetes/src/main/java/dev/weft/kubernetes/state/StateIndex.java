package dev.weft.kubernetes.state;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.kubernetes.follow.ApiKinds;
import dev.weft.mesh.state.StateException;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names of all entries that must be there, in a Secret of its own. If somebody deletes the Secret of such an entry,
 * the entry is known to be missing and does not count as never written. An entry is listed after its first value is
 * written, and is no longer listed before its Secret is deleted, so an entry that is listed and not there was deleted
 * by somebody else. The Secret has none of the state's labels: who deletes all Secrets with these labels does not
 * delete it. It has room for about 20,000 names. Safe for use by several threads.
 */
final class StateIndex {

    static final String SECRET = KubernetesStore.PREFIX + "index";

    private static final String ENTRIES = "entries";
    /** Most attempts while other replicas write the index at the same time. */
    private static final int TRIES = 30;

    private static final long JUDGED_FOR = TimeUnit.SECONDS.toNanos(5);

    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private final KubernetesClient client;
    private final String namespace;
    /** Entries that are to be listed. Whoever writes the index next lists all of them. */
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    /** Entries that could not be listed when they were written. */
    @GuardedBy("this")
    private final Set<String> late = new TreeSet<>();
    /** The term in which this replica began to lead last; 0 if it never has. */
    @GuardedBy("this")
    private long term;

    private final Object judging = new Object();

    @GuardedBy("judging")
    private @Nullable Judged judged;

    /** Whether the index of a resource version was current, at a time of {@link System#nanoTime}. */
    private record Judged(String version, boolean current, long nanos) {}

    StateIndex(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /**
     * Returns the listed names.
     *
     * @throws StateException if the index is damaged
     */
    Set<String> names() throws IOException {
        try {
            return names(get());
        } catch (KubernetesClientException e) {
            throw failed("read", e);
        }
    }

    private @Nullable Secret get() {
        return client.secrets().inNamespace(namespace).withName(SECRET).get();
    }

    private Set<String> names(@Nullable Secret secret) {
        @Nullable Map<String, String> data = secret == null ? null : secret.getData();
        @Nullable String encoded = data == null ? null : data.get(ENTRIES);
        if (encoded == null) {
            return new TreeSet<>();
        }
        try {
            String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            return new TreeSet<>(text.lines().toList());
        } catch (IllegalArgumentException e) {
            throw new StateException(
                    "WEFT-C093: Secret " + namespace + "/" + SECRET
                            + " is damaged: put it back from a copy; if the other Secrets of the state are all there,"
                            + " it may be deleted",
                    e);
        }
    }

    /**
     * Whether an entry is listed, so that it was deleted by somebody else if it is not there. Entries of folders count
     * only while no replica of an earlier version has led since: such a replica deletes them without changing the
     * index.
     *
     * @throws StateException if the index is damaged
     */
    boolean guards(String entry) throws IOException {
        try {
            @Nullable Secret secret = get();
            return names(secret).contains(entry) && (!entry.contains("/") || isCurrent(secret));
        } catch (KubernetesClientException e) {
            throw failed("read", e);
        }
    }

    /** Whether all replicas that have led since know the index, by the Secrets of the state. */
    boolean isCurrent(Collection<Secret> state) throws IOException {
        try {
            return isCurrent(get(), state);
        } catch (KubernetesClientException e) {
            throw failed("read", e);
        }
    }

    /** One list of the state serves all questions of the next seconds, also of many threads at once. */
    private boolean isCurrent(@Nullable Secret secret) {
        if (secret == null) {
            return false;
        }
        String version = secret.getMetadata().getResourceVersion();
        synchronized (judging) {
            Judged last = judged;
            if (last == null || !last.version().equals(version) || System.nanoTime() - last.nanos() > JUDGED_FOR) {
                last = new Judged(version, isCurrent(secret, StateSecret.all(client, namespace)), System.nanoTime());
                judged = last;
            }
            return last.current();
        }
    }

    private static boolean isCurrent(@Nullable Secret secret, Collection<Secret> state) {
        return secret != null && state.stream().allMatch(other -> StateSecret.term(other) <= StateSecret.term(secret));
    }

    /** Records that this replica begins to lead. */
    synchronized void raise(long newTerm) throws IOException {
        term = newTerm;
        change(_ -> {});
    }

    /** Lists entries, and those that could not be listed before. Callers at the same time share one write. */
    void add(Collection<String> entries) throws IOException {
        waiting.addAll(entries);
        synchronized (this) {
            if (entries.stream().noneMatch(waiting::contains) && late.isEmpty()) {
                return;
            }
            Set<String> earlier = Set.copyOf(late);
            Set<String> all = Set.copyOf(waiting);
            late.addAll(all);
            waiting.removeAll(all);
            forgetDeleted(earlier);
            Set<String> listed = Set.copyOf(late);
            change(names -> names.addAll(listed));
            late.clear();
        }
    }

    /** An entry that could not be listed when it was written may have been deleted since. */
    private synchronized void forgetDeleted(Set<String> earlier) throws IOException {
        if (earlier.isEmpty()) {
            return;
        }
        try {
            Set<String> there = StateSecret.all(client, namespace).stream()
                    .filter(secret -> !StateSecret.isAbsent(secret))
                    .map(secret -> secret.getMetadata().getName())
                    .collect(Collectors.toSet());
            late.removeIf(name -> earlier.contains(name) && !there.contains(StateSecret.nameOf(name)));
        } catch (KubernetesClientException e) {
            throw failed("read", e);
        }
    }

    synchronized void remove(Collection<String> entries) throws IOException {
        late.removeAll(entries);
        change(names -> names.removeAll(entries));
    }

    private synchronized void change(Consumer<Set<String>> change) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            try {
                @Nullable Secret present = get();
                Set<String> names = names(present);
                Set<String> before = Set.copyOf(names);
                change.accept(names);
                long former = present == null ? 0 : StateSecret.term(present);
                if (!names.equals(before) || term > former) {
                    write(present, names, Math.max(term, former));
                }
                return;
            } catch (KubernetesClientException e) {
                if (!ApiKinds.isOvertaken(e)) {
                    throw failed("written", e);
                }
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE));
        }
        throw new IOException("Secret " + namespace + "/" + SECRET + " is written by others all the time");
    }

    private void write(@Nullable Secret present, Set<String> names, long term) {
        ObjectMeta metadata = new ObjectMeta();
        metadata.setName(SECRET);
        metadata.setNamespace(namespace);
        metadata.setAnnotations(Map.of(KubernetesStore.TERM, Long.toString(term)));
        if (present != null) {
            metadata.setResourceVersion(present.getMetadata().getResourceVersion());
        }
        byte[] text = String.join("\n", names).getBytes(StandardCharsets.UTF_8);
        Secret next = new SecretBuilder()
                .withMetadata(metadata)
                .withType("weft.dev/state")
                .withData(Map.of(ENTRIES, Base64.getEncoder().encodeToString(text)))
                .build();
        if (present == null) {
            client.resource(next).inNamespace(namespace).create();
        } else {
            client.resource(next).inNamespace(namespace).update();
        }
    }

    private IOException failed(String verb, KubernetesClientException e) {
        return new IOException("Secret " + namespace + "/" + SECRET + " cannot be " + verb + ": " + e.getMessage(), e);
    }
}
