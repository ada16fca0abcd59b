package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.table.SortedTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Knows which pods run as a ServiceAccount that was deleted: their identity has ended. Only the deletion itself ends
 * it, or that the first whole list lacks the account of a pod that runs. A pod whose account was not seen yet has lost
 * nothing: the API server creates no pod without its account, and the two are reported independently. A new account of
 * the same name gives the pods their identity back, as the kubelet gives them tokens of it. Not safe for use by several
 * threads.
 */
final class PodAccounts {

    static final String DELETED = "WEFT-K030";

    private static final int NAMED = 3;

    /** @param uid UID of the pod: another pod of its name runs as another account */
    private record Ended(String uid, ObjectName account) {}

    private final Set<ObjectName> accounts = new HashSet<>();
    private final Map<ObjectName, Ended> ended = new HashMap<>();
    /** The pods whose identity has ended and that nobody deletes, by account. */
    private final Map<ObjectName, Set<ObjectName>> running = new HashMap<>();

    private final BiConsumer<ObjectName, List<String>> problems;
    private boolean listed;

    /** @param problems takes the problems of an account when they change: that it was deleted, and pods run as it */
    PodAccounts(BiConsumer<ObjectName, List<String>> problems) {
        this.problems = problems;
    }

    /** Returns the pod with its identity ended or not. Each pod that was added, changed or deleted passes here. */
    Optional<MappedPod> judged(ObjectName name, Optional<MappedPod> pod) {
        Ended known = ended.get(name);
        if (known == null) {
            return pod;
        }
        boolean same = pod.flatMap(MappedPod::account)
                .filter(account -> account.uid().equals(known.uid()))
                .isPresent();
        if (!same) {
            ended.remove(name);
        }
        if (!same || pod.flatMap(MappedPod::due).isPresent()) {
            ran(known.account(), name, false);
        }
        return same ? pod.map(each -> each.withIdentityEnded(true)) : pod;
    }

    /** Takes a ServiceAccount that was added, changed or deleted; returns the pods to judge again. */
    List<MappedPod> account(ObjectName account, boolean gone, SortedTable<ObjectName, MappedPod> pods) {
        boolean known = !accounts.add(account);
        if (gone) {
            accounts.remove(account);
        } else if (known
                || ended.values().stream().noneMatch(each -> each.account().equals(account))) {
            return List.of();
        }
        List<MappedPod> concerned = pods.range(
                        ObjectName.first(account.namespace()), pod -> pod.isIn(account.namespace()))
                .filter(pod -> runsAs(pod, account))
                .toList();
        concerned.forEach(pod -> end(pod, account, gone));
        return concerned;
    }

    /** All accounts that exist have been reported; returns the pods to judge again. */
    List<MappedPod> allListed(SortedTable<ObjectName, MappedPod> pods) {
        if (listed) {
            return List.of();
        }
        listed = true;
        List<MappedPod> without = pods.values().stream()
                .filter(pod -> accountOf(pod)
                        .filter(account -> !accounts.contains(account))
                        .isPresent())
                .toList();
        without.forEach(pod -> end(pod, accountOf(pod).orElseThrow(), true));
        return without;
    }

    private void end(MappedPod pod, ObjectName account, boolean gone) {
        if (gone) {
            ended.put(pod.name(), new Ended(pod.account().orElseThrow().uid(), account));
        } else {
            ended.remove(pod.name());
        }
        ran(account, pod.name(), gone && pod.due().isEmpty());
    }

    private void ran(ObjectName account, ObjectName pod, boolean now) {
        Set<ObjectName> pods = running.computeIfAbsent(account, _ -> new TreeSet<>());
        boolean different = now ? pods.add(pod) : pods.remove(pod);
        if (pods.isEmpty()) {
            running.remove(account);
        }
        if (different) {
            problems.accept(account, problems(pods));
        }
    }

    private static boolean runsAs(MappedPod pod, ObjectName account) {
        return accountOf(pod).filter(account::equals).isPresent();
    }

    private static Optional<ObjectName> accountOf(MappedPod pod) {
        return pod.account().map(MappedPod.Account::name);
    }

    private static List<String> problems(Set<ObjectName> pods) {
        return pods.isEmpty()
                ? List.of()
                : List.of(
                        DELETED + ": it was deleted, and " + pods.size()
                                + " of the mesh's pods still run as it, such as "
                                + pods.stream()
                                        .limit(NAMED)
                                        .map(ObjectName::name)
                                        .collect(Collectors.joining(", "))
                                + ": they get no further certificates (expected: create the account again, or delete the pods)");
    }
}
