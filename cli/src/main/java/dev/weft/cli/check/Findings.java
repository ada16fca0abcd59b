package dev.weft.cli.check;

import java.util.ArrayList;
import java.util.List;

/** Collects what a check finds, the bad before the doubtful, and makes a verdict of it. */
final class Findings {

    private final List<String> failed = new ArrayList<>();
    private final List<String> doubtful = new ArrayList<>();

    void failed(String finding) {
        failed.add(finding);
    }

    void warning(String finding) {
        doubtful.add(finding);
    }

    /**
     * The verdict: as bad as the worst finding.
     *
     * @param reason what is said of any findings
     * @param well what is said without any
     */
    Verdict verdict(String well, String reason, String action) {
        if (failed.isEmpty() && doubtful.isEmpty()) {
            return Verdict.ok(well);
        }
        List<String> about = new ArrayList<>(failed);
        about.addAll(doubtful);
        return failed.isEmpty() ? Verdict.warning(reason, action, about) : Verdict.failed(reason, action, about);
    }

    int count() {
        return failed.size() + doubtful.size();
    }
}
