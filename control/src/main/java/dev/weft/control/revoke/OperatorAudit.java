package dev.weft.control.revoke;

import dev.weft.control.certify.AuditLog;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes operators' changes to the audit log. */
record OperatorAudit(AuditLog audit, Clock clock) {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorAudit.class);

    private static final String NOT_AUDITED = "WEFT-C113";

    /**
     * Records a change that is in force. Returns an empty text, or why the audit log lacks it: a full disk must not
     * prevent a revocation.
     */
    String record(String event, String trustDomain, String what, String reason) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", clock.instant());
        fields.put("event", event);
        fields.put("trustDomain", trustDomain);
        fields.put("what", what);
        fields.put("reason", reason);
        try {
            audit.record(fields);
            return "";
        } catch (UncheckedIOException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("event", event)
                    .addKeyValue("what", what)
                    .log("not in the audit log");
            return NOT_AUDITED + ": it is done, and not in the audit log: " + e.getMessage();
        }
    }
}
