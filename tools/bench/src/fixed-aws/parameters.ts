/** SSM's parameters: leases, marks and maps, for each account and region. */

import { errorAnswer, jsonAnswer, Refusal } from "@bulkhead/sandbox/wire";
import { placeOf, type Services } from "./answers.ts";

export function parameterServices(): Services {
  /** By place and name. */
  const stored = new Map<string, string>();
  return {
    "ssm:GetParameter": (request) => {
      const { Name } = request.input;
      const value = stored.get(`${placeOf(request)}${String(Name)}`);
      if (value === undefined) return errorAnswer(request, new Refusal(400, "ParameterNotFound", String(Name)));
      return jsonAnswer({ Parameter: { Name, Value: value, Type: "String", Version: 1 } });
    },
    "ssm:PutParameter": (request) => {
      const { Name, Value, Overwrite } = request.input;
      const key = `${placeOf(request)}${String(Name)}`;
      if (stored.has(key) && Overwrite !== true) {
        return errorAnswer(request, new Refusal(400, "ParameterAlreadyExists", "The parameter already exists."));
      }
      stored.set(key, String(Value));
      return jsonAnswer({ Version: 1, Tier: "Standard" });
    },
    "ssm:GetParametersByPath": (request) => {
      const place = placeOf(request);
      const below = `${place}${String(request.input["Path"])}/`;
      const found = [...stored].filter(([key]) => key.startsWith(below));
      return jsonAnswer({
        Parameters: found.map(([key, Value]) => ({ Name: key.slice(place.length), Value, Type: "String" })),
      });
    },
    "ssm:DeleteParameter": (request) => {
      stored.delete(`${placeOf(request)}${String(request.input["Name"])}`);
      return jsonAnswer({});
    },
    "ssm:DeleteParameters": (request) => {
      const names = request.input["Names"] as string[];
      for (const name of names) stored.delete(`${placeOf(request)}${name}`);
      return jsonAnswer({ DeletedParameters: names, InvalidParameters: [] });
    },
  };
}
