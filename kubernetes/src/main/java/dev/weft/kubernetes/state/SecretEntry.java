package dev.weft.kubernetes.state;

import dev.weft.kubernetes.follow.ApiKinds;
import dev.weft.mesh.state.Entry;
import dev.weft.mesh.state.StateException;
import dev.weft.mesh.state.Store;
import dev.weft.mesh.state.Version;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One entry of a {@link KubernetesStore}. An entry that leaders write records the term of the last write, even if it
 * has no value: then the Secret remains and is marked as absent. A write of an earlier term is refused.
 */
final class SecretEntry implements Entry {

    private static final Logger LOG = LoggerFactory.getLogger(SecretEntry.class);

    /** Separates resource version and term. */
    private static final String AT_TERM = "@";

    private final KubernetesClient client;
    private final String namespace;
    private final String secretName;
    private final String entryName;
    private final Store.EntryOptions options;
    private final Optional<LongSupplier> term;
    private final SecretWatch watch;
    private final StateIndex index;
    private final MissingEntries missing;

    /** @param term returns the term in which this replica leads; empty for an entry that every replica writes */
    SecretEntry(KubernetesStore store, String entryName, Store.EntryOptions options, Optional<LongSupplier> term) {
        this.client = store.client;
        this.namespace = store.namespace;
        this.watch = store.watch;
        this.index = store.index;
        this.missing = store.missing;
        this.secretName = StateSecret.nameOf(entryName);
        this.entryName = entryName;
        this.options = options;
        this.term = term;
    }

    String name() {
        return entryName;
    }

    private void checkTerm(long of) {
        if (term.isPresent() && of > term.get().getAsLong()) {
            throw new StateException(StateSecret.overtaken(namespace, secretName, of));
        }
    }

    @Override
    public String where() {
        return "Secret " + namespace + "/" + secretName;
    }

    private Resource<Secret> resource() {
        return client.secrets().inNamespace(namespace).withName(secretName);
    }

    @Override
    public Optional<Versioned> read() throws IOException {
        @Nullable Secret secret;
        try {
            secret = present();
        } catch (KubernetesClientException e) {
            throw new IOException(where() + " cannot be read: " + e.getMessage(), e);
        }
        return secret == null || StateSecret.isAbsent(secret)
                ? Optional.empty()
                : Optional.of(new Versioned(StateSecret.value(secret, where(), options.maxBytes()), version(secret)));
    }

    /**
     * Returns the Secret; null if there is none.
     *
     * @throws StateException if it must be there
     */
    private @Nullable Secret present() throws IOException {
        @Nullable Secret secret = resource().get();
        if (mustLast()) {
            // Another replica may write or delete it between two of these questions, so each is asked twice.
            for (int i = 0; i < 2 && secret == null && index.guards(entryName); i++) {
                secret = resource().get();
                if (secret == null && i == 1) {
                    throw missing.lost(entryName);
                }
            }
            missing.found(entryName);
        }
        return secret;
    }

    /** Without the issuer nothing more is trusted: an operator may install another. */
    private boolean mustLast() {
        return options.required() && !entryName.equals(KubernetesStore.ISSUER);
    }

    private Version version(Secret secret) {
        String resourceVersion = secret.getMetadata().getResourceVersion();
        return new Version(term.isEmpty() ? resourceVersion : resourceVersion + AT_TERM + StateSecret.term(secret));
    }

    private static String resourceVersion(Version version) {
        int end = version.text().indexOf(AT_TERM);
        return end < 0 ? version.text() : version.text().substring(0, end);
    }

    private static long term(Version version) {
        int end = version.text().indexOf(AT_TERM);
        return end < 0 ? 0 : Long.parseLong(version.text().substring(end + 1));
    }

    @Override
    public Optional<Version> compareAndSet(Version expected, String value) throws IOException {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(where() + ": no value (expected: at least a line break)");
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > options.maxBytes()) {
            throw new IOException(
                    where() + ": " + bytes.length + " bytes (expected: at most " + options.maxBytes() + ")");
        }
        try {
            Optional<String> follows = follows(expected);
            if (follows.isEmpty()) {
                return Optional.empty();
            }
            Secret next = new SecretBuilder()
                    .withMetadata(metadata(follows.get(), false))
                    .withType("weft.dev/state")
                    .withData(Map.of(StateSecret.VALUE, Base64.getEncoder().encodeToString(bytes)))
                    .build();
            Version written = version(
                    follows.get().isEmpty()
                            ? client.resource(next).inNamespace(namespace).create()
                            : client.resource(next).inNamespace(namespace).update());
            if (mustLast() && expected.equals(Version.ABSENT)) {
                list();
            }
            watch.written(entryName);
            return Optional.of(written);
        } catch (KubernetesClientException e) {
            if (ApiKinds.isOvertaken(e)) {
                return Optional.empty();
            }
            throw new IOException(where() + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** The value is written, so a failure is no failure of the write; the entry is listed with the next one. */
    private void list() {
        try {
            index.add(List.of(entryName));
        } catch (IOException | StateException e) {
            LOG.atWarn().setCause(e).log("{} is not listed among the state that must last yet", where());
        }
    }

    /**
     * Returns the resource version that a write replaces, or an empty text to create the Secret. Returns empty if the
     * entry is not in the expected version.
     */
    private Optional<String> follows(Version expected) throws IOException {
        checkTerm(term(expected));
        if (!expected.equals(Version.ABSENT)) {
            return Optional.of(resourceVersion(expected));
        }
        if (term.isEmpty() && !mustLast()) {
            return Optional.of("");
        }
        @Nullable Secret present = present();
        if (present == null) {
            return Optional.of("");
        }
        checkTerm(StateSecret.term(present));
        return StateSecret.isAbsent(present)
                ? Optional.of(present.getMetadata().getResourceVersion())
                : Optional.empty();
    }

    private ObjectMeta metadata(String follows, boolean absent) {
        return StateSecret.metadata(
                namespace, entryName, follows, term.map(LongSupplier::getAsLong).orElse(0L), absent);
    }

    @Override
    public boolean delete(Version expected) throws IOException {
        if (expected.equals(Version.ABSENT)) {
            return false;
        }
        checkTerm(term(expected));
        try {
            @Nullable Secret present = resource().get();
            if (present == null || !version(present).equals(expected) || !remove(present)) {
                return false;
            }
        } catch (KubernetesClientException e) {
            if (ApiKinds.isOvertaken(e)) {
                return false;
            }
            throw new IOException(where() + " cannot be deleted: " + e.getMessage(), e);
        }
        watch.written(entryName);
        return true;
    }

    /** Removes the value of exactly this version: the API server refuses if the Secret has changed. */
    private boolean remove(Secret present) {
        String version = present.getMetadata().getResourceVersion();
        boolean staysAbsent = term.isPresent() && !entryName.contains("/");
        if (staysAbsent || mustLast()) {
            // Marked first, so that what is listed and not there was never deleted by this class.
            Secret absent = new SecretBuilder()
                    .withMetadata(metadata(version, true))
                    .withType("weft.dev/state")
                    .build();
            version = client.resource(absent)
                    .inNamespace(namespace)
                    .update()
                    .getMetadata()
                    .getResourceVersion();
            if (!unlisted() || staysAbsent) {
                return true;
            }
            var _ = delete(version);
            return true;
        }
        return delete(version); // false if another process has deleted it in between
    }

    private boolean unlisted() {
        try {
            if (mustLast()) {
                index.remove(List.of(entryName));
            }
            return true;
        } catch (IOException | StateException e) {
            LOG.atWarn().setCause(e).log("{} stays, marked as absent", where());
            return false;
        }
    }

    private boolean delete(String version) {
        List<StatusDetails> deleted = client.resource(new SecretBuilder()
                        .withMetadata(metadata(version, false))
                        .build())
                .inNamespace(namespace)
                .lockResourceVersion(version)
                .delete();
        return !deleted.isEmpty();
    }

    @Override
    public void discard() throws IOException {
        try {
            @Nullable Secret present = resource().get();
            if (present == null || StateSecret.isAbsent(present)) {
                if (unlisted()) {
                    missing.found(entryName);
                }
                return;
            }
            checkTerm(StateSecret.term(present));
            if (!remove(present)) {
                return;
            }
        } catch (KubernetesClientException e) {
            throw new IOException(where() + " cannot be deleted: " + e.getMessage(), e);
        }
        watch.written(entryName);
    }
}
