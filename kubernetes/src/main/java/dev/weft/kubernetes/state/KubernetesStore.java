package dev.weft.kubernetes.state;

import static java.util.Objects.requireNonNull;

import dev.weft.kubernetes.election.Fence;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.Store;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store of Secrets in one namespace, one for each entry. The version of an entry is the Secret's resource version, so
 * the API server compares and replaces atomically, also with concurrent writers.
 *
 * <p>Each read gets the Secret from the API server. A follower of a folder is called for changes by anyone. Safe for
 * use by several threads.
 */
public final class KubernetesStore implements Store, Fence {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesStore.class);

    /** The labels of all Secrets of the state, for listing them. */
    static final Map<String, String> LABELS = Map.of("weft.dev/state", "true", "app.kubernetes.io/part-of", "weft");

    /** The annotation with the name of the entry. A Secret's own name may have neither slashes nor capital letters. */
    static final String ENTRY = "weft.dev/entry";

    static final String PREFIX = "weft-state-";
    /** The annotation with the term of the leader that wrote it. */
    static final String TERM = "weft.dev/term";

    /** The annotation of a Secret for an entry that does not exist. */
    static final String ABSENT = "weft.dev/absent";

    /** Folders that every replica writes, leader or not. */
    private static final Set<String> COMMON = Set.of("tokens", "machines", "descents", "webhook");

    /** Time between two looks at entries that are reported as missing. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private static final String LAST_FETCH = "federation/last-fetch";
    static final String ISSUER = "issuer";

    /** Entries that are listed if a store of an earlier version, which has no index, is taken over. */
    private static final Set<String> LASTING =
            Set.of("anchors", "retired.json", "rotation.json", "bundle-sequence", LAST_FETCH);

    private static final String DESCENTS = "descents";

    private static final Set<String> LASTING_FOLDERS = Set.of("machines", DESCENTS);

    /** Entries outside of folders that leaders write. They are fenced even if they do not exist. */
    private static final List<String> LEADING = List.of(
            "anchors", ISSUER, "former-issuer.json", "retired.json", "rotation.json", "bundle-sequence", "jwt-keys");

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,100}(/[a-z0-9][a-z0-9.-]{0,100})?");

    final KubernetesClient client;
    final String namespace;
    final SecretWatch watch;
    final StateIndex index;
    final MissingEntries missing;
    /** Forms of the entries outside of folders, which are few. */
    private final Map<String, EntryOptions> forms;
    /** Returns the term in which this replica leads; empty for entries that every replica writes. */
    private final Optional<LongSupplier> term;

    /** @param namespace namespace of the Secrets */
    public KubernetesStore(KubernetesClient client, String namespace) {
        this(client, namespace, LOOK_AGAIN);
    }

    KubernetesStore(KubernetesClient client, String namespace, Duration lookAgainAfter) {
        this.client = requireNonNull(client, "client");
        this.namespace = requireNonNull(namespace, "namespace");
        this.index = new StateIndex(client, namespace);
        this.missing = new MissingEntries(namespace, lookAgainAfter);
        this.watch = new SecretWatch(client, namespace, this::looked);
        this.forms = new ConcurrentHashMap<>();
        this.term = Optional.empty();
    }

    private KubernetesStore(KubernetesStore same, LongSupplier term) {
        this.client = same.client;
        this.namespace = same.namespace;
        this.index = same.index;
        this.missing = same.missing;
        this.watch = same.watch;
        this.forms = same.forms;
        this.term = Optional.of(term);
    }

    @Override
    public Entry entry(String name, EntryOptions options) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "entry: " + name + " (expected: NAME or FOLDER/NAME of small letters, digits, - and .)");
        }
        EntryOptions earlier = name.contains("/") ? options : forms.computeIfAbsent(name, _ -> options);
        if (!earlier.equals(options)) {
            throw new IllegalArgumentException("entry " + name + ": " + options + " (expected: " + earlier + ")");
        }
        return new SecretEntry(this, name, options, term);
    }

    /** Somebody changed a Secret; if it was deleted, its entry may be one that must be there. */
    private void looked(String name, boolean gone) {
        if (NAME.matcher(name).matches() && isLasting(name) && (gone || missing.has(name))) {
            missing.lookSoon(List.of(name), this::lasting); // not on the thread that reports the change
        }
    }

    private SecretEntry lasting(String name) {
        return new SecretEntry(this, name, EntryOptions.secret(Integer.MAX_VALUE), Optional.empty());
    }

    private static boolean isLasting(String name) {
        int slash = name.indexOf('/');
        return LASTING.contains(name) || (slash > 0 && LASTING_FOLDERS.contains(name.substring(0, slash)));
    }

    /**
     * Also returns entries that somebody else deleted although they must be there: to read them fails. But a segment of
     * descents is only reported, and left out: it matters for a time only, and is often merged into another.
     */
    @Override
    public List<String> names(String folder) throws IOException {
        List<Secret> state = secrets();
        Set<String> names = new TreeSet<>();
        state.stream()
                .filter(secret -> !StateSecret.isAbsent(secret))
                .map(KubernetesStore::entryOf)
                .filter(name -> name.startsWith(folder + "/"))
                .forEach(names::add);
        List<String> gone = index.names().stream()
                .filter(name -> name.startsWith(folder + "/") && !names.contains(name))
                .toList();
        if (!gone.isEmpty() && index.isCurrent(state)) {
            if (folder.equals(DESCENTS)) {
                gone.forEach(name -> missing.look(lasting(name)));
            } else {
                names.addAll(gone);
            }
        }
        return List.copyOf(names);
    }

    @Override
    public List<String> problems() {
        missing.lookAgain(this::lasting);
        return missing.problems();
    }

    private List<Secret> secrets() throws IOException {
        try {
            return StateSecret.all(client, namespace);
        } catch (KubernetesClientException e) {
            throw new IOException("Secrets in namespace " + namespace + " cannot be listed: " + e.getMessage(), e);
        }
    }

    static String entryOf(Secret secret) {
        Map<String, String> annotations = secret.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(ENTRY, "");
    }

    @Override
    public String where(String folder) {
        return "the Secrets " + namespace + "/" + PREFIX + folder + ".*";
    }

    @Override
    public Entry.Watch follow(String folder, Consumer<String> changed) {
        return watch.follow(folder, changed);
    }

    /**
     * Returns the same entries, for use by the leader only.
     *
     * @param term returns the term in which this replica leads; throws a StateException if it does not lead
     */
    public Store leading(LongSupplier term) {
        return new KubernetesStore(this, term);
    }

    @Override
    public long highestTerm() throws IOException {
        return secrets().stream().mapToLong(StateSecret::term).max().orElse(0);
    }

    /**
     * Writes the term into every Secret that leaders write, and creates a Secret for each such entry that does not
     * exist. If a former leader writes on top of a version that it read earlier, the API server refuses the write. If
     * it reads again, it sees the new term. An entry that must be there and is missing stays so.
     */
    @Override
    public void raise(long term) throws IOException {
        List<Secret> present = secrets();
        Set<String> names = new TreeSet<>(LEADING);
        names.removeAll(index.names());
        present.stream()
                .map(KubernetesStore::entryOf)
                .filter(KubernetesStore::isLeading)
                .forEach(names::add);
        listLasting(present);
        index.raise(term); // first: an index of an earlier term does not count
        for (String name : names) {
            StateSecret.raise(client, namespace, name, term);
        }
    }

    /**
     * Lists the entries that an earlier version, which has no index, has written, and forgets those that it deleted.
     */
    private void listLasting(List<Secret> present) throws IOException {
        Set<String> there = lasting(present);
        Set<String> listed = index.names();
        Set<String> fresh = new TreeSet<>(there);
        fresh.removeAll(listed);
        list(fresh);
        Set<String> gone = new TreeSet<>(fresh);
        if (!fresh.isEmpty()) {
            // Another replica may have deleted one in between; it would count as missing for ever.
            gone.removeAll(lasting(secrets()));
        }
        if (!index.isCurrent(present)) {
            listed.stream()
                    .filter(name -> name.contains("/") && !there.contains(name))
                    .forEach(gone::add);
        }
        index.remove(gone);
    }

    /** A full index does not keep a replica from leading. */
    private void list(Set<String> entries) {
        try {
            index.add(entries);
        } catch (IOException e) {
            LOG.atWarn()
                    .setCause(e)
                    .log("{} entries are not listed among the state that must last yet", entries.size());
        }
    }

    private static Set<String> lasting(List<Secret> secrets) {
        return secrets.stream()
                .filter(secret -> !StateSecret.isAbsent(secret))
                .map(KubernetesStore::entryOf)
                .filter(KubernetesStore::isLasting)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isLeading(String name) {
        int slash = name.indexOf('/');
        return NAME.matcher(name).matches()
                && !name.equals(LAST_FETCH)
                && (slash < 0 || !COMMON.contains(name.substring(0, slash)));
    }
}
