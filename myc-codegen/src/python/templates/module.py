{{ doc }}# Made by mycc from {{ sources }}: change that, not this.
{% for block in imports %}
{{ block }}
{% endfor %}{% for item in items %}{{ item.gap }}
{{ item.text }}
{% endfor %}
