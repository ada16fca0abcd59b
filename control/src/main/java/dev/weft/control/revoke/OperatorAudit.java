package dev.weft.control.revoke;

import dev.weft.control.certify.AuditLog;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes operators' changes to the audit log. */
record OperatorAudit(AuditLog audit, Clock clock) {

    /**
     * Records a change that is kept: it is in force, or will be without another request. Returns an empty text, or why
     * the audit log lacks it: a full disk must not prevent a revocation.
     */
    String record(String event, String trustDomain, String what, String reason) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", clock.instant());
        fields.put("event", event);
        fields.put("trustDomain", trustDomain);
        fields.put("what", what);
        fields.put("reason", reason);
        return audit.recordDone(fields);
    }

    /** Returns the advice of a refusal, with what {@link #record} returned for what was done before. */
    static String advice(String advice, String remark) {
        return remark.isEmpty() ? advice : advice + "; " + remark;
    }
}
