package dev.weft.cli.command.kubernetes;

import dev.weft.cli.command.KubectlOptions;
import dev.weft.cli.command.Session;
import dev.weft.cli.command.SessionCommand;
import dev.weft.cli.command.VersionCommand;
import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import dev.weft.kubernetes.inject.InjectionMethod;
import dev.weft.kubernetes.install.Injectors;
import dev.weft.kubernetes.install.InstallRecord;
import dev.weft.kubernetes.install.InstallSettings;
import dev.weft.kubernetes.install.Manifests;
import dev.weft.kubernetes.install.ObjectName;
import dev.weft.kubernetes.install.VersionStep;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "upgrade",
        description = "Print the manifests that upgrade an installed Weft to this version, with the same settings.",
        footer = {
            "  weft upgrade | kubectl apply -f -",
            "  weft upgrade --image registry.example/weft:1.1 | kubectl apply -f -",
            "  weft upgrade --prune | kubectl delete --ignore-not-found -f -   # if 'weft upgrade' asked for it",
            "",
            "The command itself changes nothing. The issuer, its Secrets and the state stay.",
            "Pods keep their sidecars until they are created again. docs/upgrade.md lists the",
            "versions that work together.",
        })
public final class UpgradeCommand extends SessionCommand {

    private static final String GROUP_OF_ADMISSION = "admissionregistration.k8s.io";
    private static final int MOST_NAMED = 5;

    @Mixin
    private UpgradeOptions options = new UpgradeOptions();

    @Option(
            names = "--prune",
            description = "print only the objects that this version no longer has, for kubectl delete")
    private boolean prune;

    @Option(
            names = "--ignore-sidecars",
            description = "upgrade to another minor version although sidecars with an earlier image still run")
    private boolean ignoreSidecars;

    @Mixin
    private KubectlOptions target = new KubectlOptions();

    /** Accepted because {@code kubectl weft} adds it to every command; this command always asks the cluster. */
    @Option(names = "--cluster", hidden = true)
    @SuppressWarnings("UnusedVariable") // picocli sets it
    private boolean cluster;

    public UpgradeCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        Installed installed = new Installed(target.kubectl(session));
        InstallRecord record = installed.read();
        InstallSettings settings = options.over(record.settings(), VersionCommand.weft());
        checkStep(installed, record.settings(), settings);
        checkServed(installed, settings);
        List<ObjectName> gone = gone(installed, record, settings);
        if (prune) {
            print(gone.isEmpty() ? "" : Manifests.deletion(gone));
            if (gone.isEmpty()) {
                session.screen().note("there is nothing of an earlier version to delete");
            }
            return ExitCode.OK;
        }
        print(Manifests.upgrade(record, settings));
        tell(record.settings(), settings, gone);
        return ExitCode.OK;
    }

    /**
     * Returns the objects that the cluster has but this version does not, including other injectors that the record may
     * not know.
     */
    private static List<ObjectName> gone(Installed installed, InstallRecord record, InstallSettings settings) {
        List<ObjectName> gone = new ArrayList<>(installed.present(Manifests.gone(record, settings)));
        List<ObjectName> known = new ArrayList<>(Manifests.names(settings));
        known.addAll(gone);
        gone.addAll(installed.injectorsBeside(known));
        return gone;
    }

    private void print(String manifests) {
        session.screen().print(manifests);
    }

    private void tell(InstallSettings from, InstallSettings to, List<ObjectName> gone) {
        session.screen()
                .note("from " + from.version() + " (" + from.injection().image() + ") to " + to.version() + " ("
                        + to.injection().image() + ")");
        for (ObjectName object : gone) {
            session.screen().note("no longer part of Weft: " + object);
        }
        if (!gone.isEmpty()) {
            session.screen().note(when(to, gone) + ": 'weft upgrade --prune | kubectl delete --ignore-not-found -f -'");
        }
        if (!from.injection().image().equals(to.injection().image())) {
            session.screen()
                    .note("pods get the new sidecar when they are created again:"
                            + " 'kubectl -n NAMESPACE rollout restart deployment'");
        }
    }

    private static String when(InstallSettings to, List<ObjectName> gone) {
        boolean unserved =
                to.admission() == InjectionMethod.NONE && gone.stream().anyMatch(Injectors.webhook()::isSame);
        return unserved
                ? "immediately after applying it, as nothing serves the webhook then: no pod of the mesh can be created"
                        + " until its configuration is deleted"
                : "once it is applied and the control plane is well";
    }

    private void checkStep(Installed installed, InstallSettings from, InstallSettings to) {
        VersionStep step;
        try {
            step = VersionStep.of(from.version(), to.version());
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()), "docs/upgrade.md lists the possible steps");
        }
        step.refusal().ifPresent(reason -> {
            throw refused(reason, "docs/upgrade.md lists the possible steps, and explains how to go back");
        });
        if (!step.isToAnotherMinor() || ignoreSidecars) {
            return;
        }
        List<String> others = installed.podsWithoutImage(from.injection().image());
        if (!others.isEmpty()) {
            throw refused(
                    "sidecars of " + others.size() + " pods have another image than the installed "
                            + from.injection().image()
                            + ", and may be of a version before " + from.version() + ": "
                            + String.join(", ", others.subList(0, Math.min(MOST_NAMED, others.size())))
                            + (others.size() > MOST_NAMED ? ", …" : ""),
                    "create these pods again first, or give --ignore-sidecars if you know that they are of "
                            + from.version());
        }
    }

    /**
     * Checks that the cluster serves the needed kinds: otherwise kubectl would apply only a part, and no pod would be
     * injected any more.
     */
    private static void checkServed(Installed installed, InstallSettings settings) {
        for (ObjectName object : Manifests.names(settings)) {
            if (object.group().equals(GROUP_OF_ADMISSION) && !installed.serves(object)) {
                throw refused(
                        "this cluster does not serve " + object.kind() + " of " + object.apiVersion(),
                        "'weft check --pre' shows what it serves: choose that with --admission");
            }
        }
    }

    private static CommandFailure refused(String what, String advice) {
        return CommandFailure.failed("WEFT-L311", what, advice);
    }
}
