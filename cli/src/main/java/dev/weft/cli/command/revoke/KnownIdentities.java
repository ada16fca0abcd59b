package dev.weft.cli.command.revoke;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.mesh.Mesh;
import dev.weft.cli.mesh.Operator;
import dev.weft.daemon.text.Guess;
import dev.weft.identity.spiffe.SpiffeId;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The identities that have certificates in these meshes, as far as known: of workloads, and of machines that joined.
 */
final class KnownIdentities {

    private KnownIdentities() {}

    /**
     * Refuses an identity of these meshes' trust domain that no workload or machine has. Identities of other trust
     * domains are not known here.
     *
     * @throws CommandFailure WEFT-L213, with similar names
     */
    static void mustHave(SpiffeId id, List<Mesh> meshes, Duration deadline) throws IOException {
        List<Mesh> own = meshes.stream()
                .filter(mesh -> mesh.trustDomain().equals(id.trustDomain().name()))
                .toList();
        Set<String> known = new TreeSet<>();
        for (Mesh mesh : own) {
            mesh.members().forEach(member -> known.add(member.identity()));
            known.addAll(mesh.ask(operator -> identities(operator, deadline)));
        }
        if (!own.isEmpty() && !known.contains(id.toString())) {
            throw unknown(id, own, known);
        }
    }

    private static Collection<String> identities(Operator operator, Duration deadline) {
        Set<String> known = new TreeSet<>();
        operator.trust(deadline).getProxiesList().forEach(proxy -> known.add(proxy.getIdentity()));
        operator.machines(deadline)
                .getMachinesList()
                .forEach(machine -> known.add(machine.getToken().getIdentity()));
        return known;
    }

    private static CommandFailure unknown(SpiffeId id, List<Mesh> own, Set<String> known) {
        known.remove("");
        List<String> guesses = Guess.near(id.toString(), known);
        String names =
                String.join(", ", own.stream().map(mesh -> mesh.ref().name()).toList());
        return CommandFailure.notFound(
                "WEFT-L213",
                "no workload of mesh " + names + " has the identity " + id + "; nothing is revoked",
                guesses.isEmpty() ? "'weft status' lists the identities" : Guess.question(guesses),
                "--unknown revokes it although no workload has it");
    }
}
