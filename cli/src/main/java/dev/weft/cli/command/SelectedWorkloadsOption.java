package dev.weft.cli.command;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Member;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.observe.ObservationClient;
import dev.weft.files.yaml.Parsed;
import dev.weft.files.yaml.RegistryFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code -n}, {@code -A} and {@code -l}: selects the workloads of a list. */
final class SelectedWorkloadsOption {

    @Mixin
    private NamespaceOption namespace = new NamespaceOption();

    @Option(
            names = {"-A", "--all-namespaces"},
            description = "workloads of every namespace, which is the default")
    private boolean all;

    @Option(
            names = {"-l", "--selector"},
            paramLabel = "LABELS",
            converter = LabelQuery.Parsed.class,
            description =
                    "only workloads with these labels, such as app=api,tier!=test; KEY alone for any value, !KEY for"
                            + " none")
    private @Nullable LabelQuery selector;

    boolean isOfAll() {
        return selector == null && !namespace.isGiven();
    }

    NamespaceOption namespace() {
        return namespace;
    }

    /**
     * Refuses options that exclude each other.
     *
     * @param workload the named workload; null if none was named
     */
    void check(@Nullable String workload) {
        if (all && (workload != null || namespace.isGiven())) {
            throw CommandFailure.usage(
                    "-A is for every namespace, but one was named", "leave out -A, or the namespace and the workload");
        }
        if (selector != null && workload != null) {
            throw CommandFailure.usage(
                    "-l selects workloads by label, but one was named", "leave out -l, or the workload");
        }
    }

    List<Member> of(Session session, Mesh mesh) throws IOException {
        check(null);
        return selected(mesh, namespace.of(session, mesh, mesh.members()), Member::workload);
    }

    /** Returns the selected ones of workloads that were already listed. */
    <T> List<T> selected(Mesh mesh, List<T> workloads, Function<T, String> name) {
        Predicate<String> selected = selected(mesh);
        return workloads.stream()
                .filter(workload -> selected.test(name.apply(workload)))
                .toList();
    }

    /** Whether a workload, {@code namespace/name}, has the requested labels; true for all without {@code -l}. */
    Predicate<String> selected(Mesh mesh) {
        LabelQuery wanted = selector;
        if (wanted == null) {
            return _ -> true;
        }
        Set<String> selected = new HashSet<>();
        labels(mesh).forEach((workload, labels) -> {
            if (wanted.matches(labels)) {
                selected.add(workload);
            }
        });
        return selected::contains;
    }

    private Map<String, Map<String, String>> labels(Mesh mesh) {
        Map<String, Map<String, String>> labels = new HashMap<>();
        Optional<Parsed> file = mesh.objects().map(RegistryFiles::parse).filter(Parsed::valid);
        if (file.isPresent()) {
            file.get()
                    .objects()
                    .workloads()
                    .forEach((name, workload) -> labels.put(name.toString(), workload.labels()));
            return labels;
        }
        mesh.ask(operator -> ObservationClient.policed(operator, namespace.given()))
                .forEach(workload -> labels.put(workload.getWorkload(), workload.getLabelsMap()));
        return labels;
    }
}
